{{/* What values must look like, and where keys belong, as JSON. */}}
{{- define "hybrid-runner.shapes" -}}
{
 "values": {
  "kinds": [
   "map"
  ],
  "rule": "must be a map",
  "mend": "Its keys are replicaCount, image, imagePullSecrets, nameOverride, fullnameOverride, commonLabels, deploymentAnnotations, podAnnotations, podLabels, service, metricsServerConfiguration, serviceAccount, extraEnvs, envFrom, volumes, volumeMounts, resources, livenessProbe, readinessProbe, podSecurityContext, securityContext, nodeSelector, tolerations, affinity, topologySpreadConstraints, priorityClassName, terminationGracePeriodSeconds, openshift, podDisruptionBudget, config, ecrRegistryHelper, installArgoWorkflows, argoWorkflows, networkPolicy, serviceMonitor, prometheusRules, grafanaDashboard, global",
  "keys": {
   "replicaCount": {
    "kinds": [
     "float64"
    ],
    "rule": "must be a whole number, 0 or more",
    "mend": "Write its digits without quotes",
    "isWhole": true,
    "least": 0
   },
   "image": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Its keys are repository, tag, digest, pullPolicy",
    "keys": {
     "repository": {
      "kinds": [
       "string"
      ],
      "rule": "must be the repository of an image in lower case, without a tag",
      "ifNull": "is null, which takes the chart's own away. Leave the line out to have that, or give a value",
      "isRequired": true
     },
     "tag": {
      "kinds": [
       "string",
       "float64"
      ],
      "rule": "must be the tag of an image, such as om-1.11.1-cl-1.11.1",
      "least": 0
     },
     "digest": {
      "kinds": [
       "string"
      ],
      "rule": "must be sha256: and 64 hexadecimal digits"
     },
     "pullPolicy": {
      "kinds": [
       "string"
      ],
      "rule": "must be one of Always, IfNotPresent, Never",
      "options": [
       "Always",
       "IfNotPresent",
       "Never"
      ]
     }
    },
    "noun": "value of this chart",
    "known": [
     "repository",
     "tag",
     "digest",
     "pullPolicy"
    ],
    "ifNull": "is null, which takes the chart's own away. Leave the line out to have that, or give a value",
    "isRequired": true
   },
   "imagePullSecrets": {
    "kinds": [
     "slice"
    ],
    "rule": "must be a list",
    "mend": "Write each item behind \"- \", on a line of its own",
    "items": {
     "kinds": [
      "map"
     ],
     "rule": "must be a map",
     "mend": "Its keys are name",
     "keys": {
      "name": {
       "kinds": [
        "string"
       ],
       "rule": "must be a text",
       "mend": "Put it in quotes",
       "ifNull": "is missing, and has to be there",
       "isRequired": true
      }
     },
     "noun": "value of this chart",
     "known": [
      "name"
     ],
     "ifNull": "is null, and must be a map"
    }
   },
   "nameOverride": {
    "kinds": [
     "string"
    ],
    "rule": "must be a name of at most 63 letters, digits and \"-\", all lower case, and begin and end with a letter or digit"
   },
   "fullnameOverride": {
    "kinds": [
     "string"
    ],
    "rule": "must begin with a letter and be a name of at most 63 letters, digits and \"-\", all lower case, and begin and end with a letter or digit"
   },
   "namespaceOverride": {
    "kinds": [
     "string"
    ],
    "rule": "must be a name of at most 63 letters, digits and \"-\", all lower case, and begin and end with a letter or digit"
   },
   "commonLabels": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Write its entries below it, each as key: value",
    "values": {
     "kinds": [
      "string"
     ],
     "rule": "must be a text",
     "mend": "Put it in quotes",
     "ifNull": "is null, and must be a text"
    }
   },
   "deploymentAnnotations": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Write its entries below it, each as key: value",
    "values": {
     "kinds": [
      "string"
     ],
     "rule": "must be a text",
     "mend": "Put it in quotes",
     "ifNull": "is null, and must be a text"
    }
   },
   "podAnnotations": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Write its entries below it, each as key: value",
    "values": {
     "kinds": [
      "string"
     ],
     "rule": "must be a text",
     "mend": "Put it in quotes",
     "ifNull": "is null, and must be a text"
    }
   },
   "podLabels": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Write its entries below it, each as key: value",
    "values": {
     "kinds": [
      "string"
     ],
     "rule": "must be a text",
     "mend": "Put it in quotes",
     "ifNull": "is null, and must be a text"
    }
   },
   "service": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Its keys are type, port, metricsPort",
    "keys": {
     "type": {
      "kinds": [
       "string"
      ],
      "rule": "must be one of ClusterIP, NodePort, LoadBalancer",
      "options": [
       "ClusterIP",
       "NodePort",
       "LoadBalancer"
      ]
     },
     "port": {
      "kinds": [
       "float64"
      ],
      "rule": "must be a whole number from 1 to 65535",
      "mend": "Write its digits without quotes",
      "isWhole": true,
      "least": 1,
      "most": 65535,
      "ifNull": "is null, which takes the chart's own away. Leave the line out to have that, or give a value",
      "isRequired": true
     },
     "metricsPort": {
      "kinds": [
       "float64"
      ],
      "rule": "must be a whole number from 1 to 65535",
      "mend": "Write its digits without quotes",
      "isWhole": true,
      "least": 1,
      "most": 65535,
      "ifNull": "is null, which takes the chart's own away. Leave the line out to have that, or give a value",
      "isRequired": true
     }
    },
    "noun": "value of this chart",
    "known": [
     "type",
     "port",
     "metricsPort"
    ],
    "ifNull": "is null, which takes the chart's own away. Leave the line out to have that, or give a value",
    "isRequired": true
   },
   "metricsServerConfiguration": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Its keys are port, path",
    "keys": {
     "port": {
      "kinds": [
       "float64"
      ],
      "rule": "must be a whole number from 1 to 65535",
      "mend": "Write its digits without quotes",
      "isWhole": true,
      "least": 1,
      "most": 65535
     },
     "path": {
      "kinds": [
       "string"
      ],
      "rule": "must begin with /"
     }
    },
    "noun": "value of this chart",
    "known": [
     "port",
     "path"
    ]
   },
   "serviceAccount": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Its keys are create, name, annotations, automount",
    "keys": {
     "create": {
      "kinds": [
       "bool"
      ],
      "rule": "must be true or false",
      "mend": "Write it without quotes",
      "ifNull": "is null, which takes the chart's own away. Leave the line out to have that, or give a value",
      "isRequired": true
     },
     "name": {
      "kinds": [
       "string"
      ],
      "rule": "must be the name of an object: letters, digits and \"-\", all lower case, and begin and end with a letter or digit; dots may part it"
     },
     "annotations": {
      "kinds": [
       "map"
      ],
      "rule": "must be a map",
      "mend": "Write its entries below it, each as key: value",
      "values": {
       "kinds": [
        "string"
       ],
       "rule": "must be a text",
       "mend": "Put it in quotes",
       "ifNull": "is null, and must be a text"
      }
     },
     "automount": {
      "kinds": [
       "bool"
      ],
      "rule": "must be true or false",
      "mend": "Write it without quotes"
     }
    },
    "noun": "value of this chart",
    "known": [
     "create",
     "name",
     "annotations",
     "automount"
    ],
    "ifNull": "is null, which takes the chart's own away. Leave the line out to have that, or give a value",
    "isRequired": true
   },
   "extraEnvs": {
    "kinds": [
     "slice"
    ],
    "rule": "must be a list",
    "mend": "Write each item behind \"- \", on a line of its own",
    "items": {
     "kinds": [
      "map"
     ],
     "rule": "must be a map",
     "mend": "Its keys are name",
     "keys": {
      "name": {
       "kinds": [
        "string"
       ],
       "rule": "must be a text that is not empty",
       "mend": "Put it in quotes",
       "isTextFilled": true,
       "ifNull": "is missing, and has to be there",
       "isRequired": true
      }
     },
     "ifNull": "is null, and must be a map"
    }
   },
   "envFrom": {
    "kinds": [
     "slice"
    ],
    "rule": "must be a list",
    "mend": "Write each item behind \"- \", on a line of its own",
    "items": {
     "kinds": [
      "map"
     ],
     "rule": "must be a map",
     "mend": "Write its entries below it, each as key: value",
     "values": {},
     "ifNull": "is null, and must be a map"
    }
   },
   "volumes": {
    "kinds": [
     "slice"
    ],
    "rule": "must be a list",
    "mend": "Write each item behind \"- \", on a line of its own",
    "items": {
     "kinds": [
      "map"
     ],
     "rule": "must be a map",
     "mend": "Write its entries below it, each as key: value",
     "values": {},
     "ifNull": "is null, and must be a map"
    }
   },
   "volumeMounts": {
    "kinds": [
     "slice"
    ],
    "rule": "must be a list",
    "mend": "Write each item behind \"- \", on a line of its own",
    "items": {
     "kinds": [
      "map"
     ],
     "rule": "must be a map",
     "mend": "Write its entries below it, each as key: value",
     "values": {},
     "ifNull": "is null, and must be a map"
    }
   },
   "resources": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Write its entries below it, each as key: value",
    "values": {}
   },
   "livenessProbe": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Write its entries below it, each as key: value",
    "values": {}
   },
   "readinessProbe": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Write its entries below it, each as key: value",
    "values": {}
   },
   "podSecurityContext": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Write its entries below it, each as key: value",
    "values": {}
   },
   "securityContext": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Write its entries below it, each as key: value",
    "values": {}
   },
   "nodeSelector": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Write its entries below it, each as key: value",
    "values": {
     "kinds": [
      "string"
     ],
     "rule": "must be a text",
     "mend": "Put it in quotes",
     "ifNull": "is null, and must be a text"
    }
   },
   "tolerations": {
    "kinds": [
     "slice"
    ],
    "rule": "must be a list",
    "mend": "Write each item behind \"- \", on a line of its own",
    "items": {
     "kinds": [
      "map"
     ],
     "rule": "must be a map",
     "mend": "Write its entries below it, each as key: value",
     "values": {},
     "ifNull": "is null, and must be a map"
    }
   },
   "affinity": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Write its entries below it, each as key: value",
    "values": {}
   },
   "topologySpreadConstraints": {
    "kinds": [
     "slice"
    ],
    "rule": "must be a list",
    "mend": "Write each item behind \"- \", on a line of its own",
    "items": {
     "kinds": [
      "map"
     ],
     "rule": "must be a map",
     "mend": "Write its entries below it, each as key: value",
     "values": {},
     "ifNull": "is null, and must be a map"
    }
   },
   "priorityClassName": {
    "kinds": [
     "string"
    ],
    "rule": "must be the name of an object: letters, digits and \"-\", all lower case, and begin and end with a letter or digit; dots may part it"
   },
   "terminationGracePeriodSeconds": {
    "kinds": [
     "float64"
    ],
    "rule": "must be a whole number, 0 or more",
    "mend": "Write its digits without quotes",
    "isWhole": true,
    "least": 0
   },
   "openshift": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Its keys are enabled",
    "keys": {
     "enabled": {
      "kinds": [
       "bool"
      ],
      "rule": "must be true or false",
      "mend": "Write it without quotes"
     }
    },
    "noun": "value of this chart",
    "known": [
     "enabled"
    ]
   },
   "podDisruptionBudget": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Its keys are enabled, annotations, minAvailable, maxUnavailable",
    "keys": {
     "enabled": {
      "kinds": [
       "bool"
      ],
      "rule": "must be true or false",
      "mend": "Write it without quotes"
     },
     "annotations": {
      "kinds": [
       "map"
      ],
      "rule": "must be a map",
      "mend": "Write its entries below it, each as key: value",
      "values": {
       "kinds": [
        "string"
       ],
       "rule": "must be a text",
       "mend": "Put it in quotes",
       "ifNull": "is null, and must be a text"
      }
     },
     "minAvailable": {
      "kinds": [
       "float64",
       "string"
      ],
      "rule": "must be a number of pods, or a share of them such as 50%",
      "isWhole": true,
      "least": 0
     },
     "maxUnavailable": {
      "kinds": [
       "float64",
       "string"
      ],
      "rule": "must be a number of pods, or a share of them such as 50%",
      "isWhole": true,
      "least": 0
     }
    },
    "noun": "value of this chart",
    "known": [
     "enabled",
     "annotations",
     "minAvailable",
     "maxUnavailable"
    ]
   },
   "autoscaling": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Write its entries below it, each as key: value",
    "values": {}
   },
   "config": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Its keys are agentId, authToken, authTokenSecret, serverHost, useSecureProtocols, secretsManager, secretsCheck, reconnectDelaySeconds, dynamicIngestionVersionEnabled, maxActiveRuns, maxActiveRunsByType, automationSlots, proxy, extraCa, runTtlSeconds, hostIp, logLevel, ingestionPods, argoWorkflows",
    "keys": {
     "agentId": {
      "kinds": [
       "string",
       "float64"
      ],
      "rule": "must have at most 256 characters, and be one line",
      "isWhole": true,
      "least": 0,
      "ifNull": "is null, which takes the chart's own away. Leave the line out to have that, or give a value",
      "isRequired": true
     },
     "authToken": {
      "kinds": [
       "string"
      ],
      "rule": "must be the token alone, one word without \"Bearer\""
     },
     "authTokenSecret": {
      "kinds": [
       "map"
      ],
      "rule": "must be a map",
      "mend": "Its keys are name, key",
      "keys": {
       "name": {
        "kinds": [
         "string"
        ],
        "rule": "must be the name of an object: letters, digits and \"-\", all lower case, and begin and end with a letter or digit; dots may part it"
       },
       "key": {
        "kinds": [
         "string"
        ],
        "rule": "must be a text",
        "mend": "Put it in quotes"
       }
      },
      "noun": "value of this chart",
      "known": [
       "name",
       "key"
      ]
     },
     "serverHost": {
      "kinds": [
       "string"
      ],
      "rule": "must be a host such as acme.getcollate.io, without https:// before it; config.useSecureProtocols says which protocol",
      "ifNull": "is null, which takes the chart's own away. Leave the line out to have that, or give a value",
      "isRequired": true
     },
     "serverUrl": {
      "kinds": [
       "string"
      ],
      "rule": "must be a text",
      "mend": "Put it in quotes"
     },
     "serverHostApiUrl": {
      "kinds": [
       "string"
      ],
      "rule": "must be a text",
      "mend": "Put it in quotes"
     },
     "useSecureProtocols": {
      "kinds": [
       "bool"
      ],
      "rule": "must be true or false",
      "mend": "Write it without quotes"
     },
     "secretsManager": {
      "kinds": [
       "string"
      ],
      "rule": "must be one of kubernetes, managed-aws, aws, managed-aws-ssm, aws-ssm, managed-azure-kv, azure-kv, gcp, db"
     },
     "secretsCheck": {
      "kinds": [
       "string"
      ],
      "rule": "must be one of report, enforce, resolve, off",
      "options": [
       "report",
       "enforce",
       "resolve",
       "off"
      ]
     },
     "reconnectDelaySeconds": {
      "kinds": [
       "float64",
       "string"
      ],
      "rule": "must be a number of seconds, such as 5",
      "least": 0.001
     },
     "dynamicIngestionVersionEnabled": {
      "kinds": [
       "bool",
       "string"
      ],
      "rule": "must be true or false"
     },
     "maxActiveRuns": {
      "kinds": [
       "float64",
       "string"
      ],
      "rule": "must be a whole number",
      "isWhole": true,
      "least": 0
     },
     "maxActiveRunsByType": {
      "kinds": [
       "map"
      ],
      "rule": "must be a map",
      "mend": "Write its entries below it, each as key: value",
      "values": {
       "kinds": [
        "float64"
       ],
       "rule": "must be a whole number, 0 or more",
       "mend": "Write its digits without quotes",
       "isWhole": true,
       "least": 0,
       "ifNull": "is null, and must be a whole number, 0 or more"
      }
     },
     "automationSlots": {
      "kinds": [
       "float64",
       "string"
      ],
      "rule": "must be a whole number",
      "isWhole": true,
      "least": 0
     },
     "proxy": {
      "kinds": [
       "map"
      ],
      "rule": "must be a map",
      "mend": "Its keys are httpsProxy, httpProxy, noProxy",
      "keys": {
       "httpsProxy": {
        "kinds": [
         "string"
        ],
        "rule": "must be an address such as http://proxy.corp:3128"
       },
       "httpProxy": {
        "kinds": [
         "string"
        ],
        "rule": "must be an address such as http://proxy.corp:3128"
       },
       "noProxy": {
        "kinds": [
         "string"
        ],
        "rule": "must be a text",
        "mend": "Put it in quotes"
       }
      },
      "noun": "value of this chart",
      "known": [
       "httpsProxy",
       "httpProxy",
       "noProxy"
      ]
     },
     "extraCa": {
      "kinds": [
       "map"
      ],
      "rule": "must be a map",
      "mend": "Its keys are configMap, key",
      "keys": {
       "configMap": {
        "kinds": [
         "string"
        ],
        "rule": "must be the name of an object: letters, digits and \"-\", all lower case, and begin and end with a letter or digit; dots may part it"
       },
       "key": {
        "kinds": [
         "string"
        ],
        "rule": "must be a text",
        "mend": "Put it in quotes"
       }
      },
      "noun": "value of this chart",
      "known": [
       "configMap",
       "key"
      ]
     },
     "runTtlSeconds": {
      "kinds": [
       "float64",
       "string"
      ],
      "rule": "must be a whole number",
      "isWhole": true,
      "least": 0
     },
     "hostIp": {
      "kinds": [
       "string"
      ],
      "rule": "must be a text",
      "mend": "Put it in quotes"
     },
     "logLevel": {
      "kinds": [
       "string"
      ],
      "rule": "must be one of debug, info, warn, error",
      "options": [
       "debug",
       "info",
       "warn",
       "error"
      ]
     },
     "ingestionPods": {
      "kinds": [
       "map"
      ],
      "rule": "must be a map",
      "mend": "Its keys are namespace, repository, tag, imagePullSecrets, disableVersionValidation, serviceAccount, secrets, automountSAToken, resources, automationResources, extraEnvs, additionalPipelineConfigs, customConfig",
      "keys": {
       "namespace": {
        "kinds": [
         "string"
        ],
        "rule": "must be a name of at most 63 letters, digits and \"-\", all lower case, and begin and end with a letter or digit"
       },
       "repository": {
        "kinds": [
         "string"
        ],
        "rule": "must be the repository of an image in lower case, without a tag",
        "ifNull": "is null, which takes the chart's own away. Leave the line out to have that, or give a value",
        "isRequired": true
       },
       "tag": {
        "kinds": [
         "string",
         "float64"
        ],
        "rule": "must be the tag of an image, such as om-1.11.1-cl-1.11.1",
        "least": 0
       },
       "imagePullSecrets": {
        "kinds": [
         "string",
         "slice"
        ],
        "rule": "must be a text or a list",
        "mend": "Write each item behind \"- \", on a line of its own",
        "items": {
         "kinds": [
          "string"
         ],
         "rule": "must be a text",
         "mend": "Put it in quotes",
         "ifNull": "is null, and must be a text"
        }
       },
       "disableVersionValidation": {
        "kinds": [
         "bool",
         "string"
        ],
        "rule": "must be true or false"
       },
       "serviceAccount": {
        "kinds": [
         "map"
        ],
        "rule": "must be a map",
        "mend": "Its keys are create, name, annotations, automount",
        "keys": {
         "create": {
          "kinds": [
           "bool"
          ],
          "rule": "must be true or false",
          "mend": "Write it without quotes",
          "ifNull": "is null, which takes the chart's own away. Leave the line out to have that, or give a value",
          "isRequired": true
         },
         "name": {
          "kinds": [
           "string"
          ],
          "rule": "must be the name of an object: letters, digits and \"-\", all lower case, and begin and end with a letter or digit; dots may part it",
          "ifNull": "is null, which takes the chart's own away. Leave the line out to have that, or give a value",
          "isRequired": true
         },
         "annotations": {
          "kinds": [
           "map"
          ],
          "rule": "must be a map",
          "mend": "Write its entries below it, each as key: value",
          "values": {
           "kinds": [
            "string"
           ],
           "rule": "must be a text",
           "mend": "Put it in quotes",
           "ifNull": "is null, and must be a text"
          }
         },
         "automount": {
          "kinds": [
           "bool"
          ],
          "rule": "must be true or false",
          "mend": "Write it without quotes"
         }
        },
        "noun": "value of this chart",
        "known": [
         "create",
         "name",
         "annotations",
         "automount"
        ],
        "ifNull": "is null, which takes the chart's own away. Leave the line out to have that, or give a value",
        "isRequired": true
       },
       "serviceAccountName": {},
       "secrets": {
        "kinds": [
         "slice"
        ],
        "rule": "must be a list",
        "mend": "Write each item behind \"- \", on a line of its own",
        "items": {
         "kinds": [
          "string"
         ],
         "rule": "must be a text that is not empty",
         "mend": "Put it in quotes",
         "isTextFilled": true,
         "ifNull": "is null, and must be a text that is not empty"
        }
       },
       "automountSAToken": {
        "kinds": [
         "bool",
         "string"
        ],
        "rule": "must be true or false"
       },
       "autoMountSAToken": {
        "kinds": [
         "bool",
         "string"
        ],
        "rule": "must be true or false"
       },
       "customerToleration": {},
       "baseImage": {},
       "resources": {
        "kinds": [
         "map"
        ],
        "rule": "must be a map",
        "mend": "Its keys are limits, requests",
        "keys": {
         "limits": {
          "kinds": [
           "map"
          ],
          "rule": "must be a map",
          "mend": "Its keys are cpu, memory",
          "keys": {
           "cpu": {
            "kinds": [
             "string",
             "float64"
            ],
            "rule": "must be a quantity such as 500m, 2 or 4096Mi"
           },
           "memory": {
            "kinds": [
             "string",
             "float64"
            ],
            "rule": "must be a quantity such as 500m, 2 or 4096Mi"
           }
          },
          "noun": "value of this chart",
          "known": [
           "cpu",
           "memory"
          ]
         },
         "requests": {
          "kinds": [
           "map"
          ],
          "rule": "must be a map",
          "mend": "Its keys are cpu, memory",
          "keys": {
           "cpu": {
            "kinds": [
             "string",
             "float64"
            ],
            "rule": "must be a quantity such as 500m, 2 or 4096Mi"
           },
           "memory": {
            "kinds": [
             "string",
             "float64"
            ],
            "rule": "must be a quantity such as 500m, 2 or 4096Mi"
           }
          },
          "noun": "value of this chart",
          "known": [
           "cpu",
           "memory"
          ]
         }
        },
        "noun": "value of this chart",
        "known": [
         "limits",
         "requests"
        ]
       },
       "automationResources": {
        "kinds": [
         "map"
        ],
        "rule": "must be a map",
        "mend": "Its keys are limits, requests",
        "keys": {
         "limits": {
          "kinds": [
           "map"
          ],
          "rule": "must be a map",
          "mend": "Its keys are cpu, memory",
          "keys": {
           "cpu": {
            "kinds": [
             "string",
             "float64"
            ],
            "rule": "must be a quantity such as 500m, 2 or 4096Mi"
           },
           "memory": {
            "kinds": [
             "string",
             "float64"
            ],
            "rule": "must be a quantity such as 500m, 2 or 4096Mi"
           }
          },
          "noun": "value of this chart",
          "known": [
           "cpu",
           "memory"
          ]
         },
         "requests": {
          "kinds": [
           "map"
          ],
          "rule": "must be a map",
          "mend": "Its keys are cpu, memory",
          "keys": {
           "cpu": {
            "kinds": [
             "string",
             "float64"
            ],
            "rule": "must be a quantity such as 500m, 2 or 4096Mi"
           },
           "memory": {
            "kinds": [
             "string",
             "float64"
            ],
            "rule": "must be a quantity such as 500m, 2 or 4096Mi"
           }
          },
          "noun": "value of this chart",
          "known": [
           "cpu",
           "memory"
          ]
         }
        },
        "noun": "value of this chart",
        "known": [
         "limits",
         "requests"
        ]
       },
       "extraEnvs": {
        "kinds": [
         "slice",
         "string"
        ],
        "rule": "must be a list or a text",
        "mend": "Write each item behind \"- \", on a line of its own",
        "isTextEmpty": true,
        "items": {
         "kinds": [
          "string"
         ],
         "rule": "must be a text",
         "mend": "Put it in quotes",
         "ifNull": "is null, and must be a text"
        }
       },
       "additionalPipelineConfigs": {
        "kinds": [
         "string",
         "map"
        ],
        "rule": "must be a text or a map",
        "mend": "Write its entries below it, each as key: value",
        "values": {}
       },
       "customConfig": {
        "kinds": [
         "map"
        ],
        "rule": "must be a map",
        "mend": "Its keys are enabled, containerParams, workflowParams",
        "keys": {
         "enabled": {
          "kinds": [
           "bool"
          ],
          "rule": "must be true or false",
          "mend": "Write it without quotes"
         },
         "containerParams": {
          "kinds": [
           "map"
          ],
          "rule": "must be a map",
          "mend": "Write its entries below it, each as key: value",
          "values": {}
         },
         "workflowParams": {
          "kinds": [
           "map"
          ],
          "rule": "must be a map",
          "mend": "Write its entries below it, each as key: value",
          "values": {}
         }
        },
        "noun": "value of this chart",
        "known": [
         "enabled",
         "containerParams",
         "workflowParams"
        ]
       }
      },
      "noun": "value of this chart",
      "known": [
       "namespace",
       "repository",
       "tag",
       "imagePullSecrets",
       "disableVersionValidation",
       "serviceAccount",
       "secrets",
       "automountSAToken",
       "resources",
       "automationResources",
       "extraEnvs",
       "additionalPipelineConfigs",
       "customConfig"
      ],
      "ifNull": "is null, which takes the chart's own away. Leave the line out to have that, or give a value",
      "isRequired": true
     },
     "argoWorkflows": {
      "kinds": [
       "map"
      ],
      "rule": "must be a map",
      "mend": "Its keys are endpoint, secondsAfterCompletionTTL",
      "keys": {
       "endpoint": {
        "kinds": [
         "string"
        ],
        "rule": "must be a text",
        "mend": "Put it in quotes"
       },
       "enabled": {
        "kinds": [
         "bool"
        ],
        "rule": "must be true or false",
        "mend": "Write it without quotes"
       },
       "backoffTime": {},
       "backOffTime": {},
       "certificatePath": {},
       "argoToken": {},
       "secondsAfterCompletionTTL": {
        "kinds": [
         "float64",
         "string"
        ],
        "rule": "must be a whole number",
        "isWhole": true,
        "least": 0
       }
      },
      "noun": "value of this chart",
      "known": [
       "endpoint",
       "secondsAfterCompletionTTL"
      ]
     }
    },
    "noun": "value of this chart",
    "known": [
     "agentId",
     "authToken",
     "authTokenSecret",
     "serverHost",
     "useSecureProtocols",
     "secretsManager",
     "secretsCheck",
     "reconnectDelaySeconds",
     "dynamicIngestionVersionEnabled",
     "maxActiveRuns",
     "maxActiveRunsByType",
     "automationSlots",
     "proxy",
     "extraCa",
     "runTtlSeconds",
     "hostIp",
     "logLevel",
     "ingestionPods",
     "argoWorkflows"
    ],
    "ifNull": "is null, which takes the chart's own away. Leave the line out to have that, or give a value",
    "isRequired": true
   },
   "ecrRegistryHelper": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Its keys are enabled, schedule, region, registry, endpoint, extraEnvs, serviceAccount, resources, ttlSecondsAfterFinished, backoffLimit, collateCredentials",
    "keys": {
     "enabled": {
      "kinds": [
       "bool"
      ],
      "rule": "must be true or false",
      "mend": "Write it without quotes"
     },
     "schedule": {
      "kinds": [
       "string"
      ],
      "rule": "must be a schedule of five fields, such as 0 0/6 * * *",
      "ifNull": "is null, which takes the chart's own away. Leave the line out to have that, or give a value",
      "isRequired": true
     },
     "region": {
      "kinds": [
       "string"
      ],
      "rule": "must be a text",
      "mend": "Put it in quotes",
      "ifNull": "is null, which takes the chart's own away. Leave the line out to have that, or give a value",
      "isRequired": true
     },
     "registry": {
      "kinds": [
       "string"
      ],
      "rule": "must be a text",
      "mend": "Put it in quotes",
      "ifNull": "is null, which takes the chart's own away. Leave the line out to have that, or give a value",
      "isRequired": true
     },
     "endpoint": {
      "kinds": [
       "string"
      ],
      "rule": "must be a text",
      "mend": "Put it in quotes"
     },
     "extraEnvs": {
      "kinds": [
       "slice"
      ],
      "rule": "must be a list",
      "mend": "Write each item behind \"- \", on a line of its own",
      "items": {
       "kinds": [
        "map"
       ],
       "rule": "must be a map",
       "mend": "Its keys are name",
       "keys": {
        "name": {
         "kinds": [
          "string"
         ],
         "rule": "must be a text that is not empty",
         "mend": "Put it in quotes",
         "isTextFilled": true,
         "ifNull": "is missing, and has to be there",
         "isRequired": true
        }
       },
       "ifNull": "is null, and must be a map"
      }
     },
     "image": {
      "kinds": [
       "map"
      ],
      "rule": "must be a map",
      "mend": "Write its entries below it, each as key: value",
      "values": {}
     },
     "serviceAccount": {
      "kinds": [
       "map"
      ],
      "rule": "must be a map",
      "mend": "Its keys are create, name, annotations",
      "keys": {
       "create": {
        "kinds": [
         "bool"
        ],
        "rule": "must be true or false",
        "mend": "Write it without quotes",
        "ifNull": "is null, which takes the chart's own away. Leave the line out to have that, or give a value",
        "isRequired": true
       },
       "name": {
        "kinds": [
         "string"
        ],
        "rule": "must be the name of an object: letters, digits and \"-\", all lower case, and begin and end with a letter or digit; dots may part it",
        "ifNull": "is null, which takes the chart's own away. Leave the line out to have that, or give a value",
        "isRequired": true
       },
       "annotations": {
        "kinds": [
         "map"
        ],
        "rule": "must be a map",
        "mend": "Write its entries below it, each as key: value",
        "values": {
         "kinds": [
          "string"
         ],
         "rule": "must be a text",
         "mend": "Put it in quotes",
         "ifNull": "is null, and must be a text"
        }
       }
      },
      "noun": "value of this chart",
      "known": [
       "create",
       "name",
       "annotations"
      ],
      "ifNull": "is null, which takes the chart's own away. Leave the line out to have that, or give a value",
      "isRequired": true
     },
     "resources": {
      "kinds": [
       "map"
      ],
      "rule": "must be a map",
      "mend": "Write its entries below it, each as key: value",
      "values": {}
     },
     "ttlSecondsAfterFinished": {
      "kinds": [
       "float64"
      ],
      "rule": "must be a whole number, 0 or more",
      "mend": "Write its digits without quotes",
      "isWhole": true,
      "least": 0
     },
     "backoffLimit": {
      "kinds": [
       "float64"
      ],
      "rule": "must be a whole number, 0 or more",
      "mend": "Write its digits without quotes",
      "isWhole": true,
      "least": 0
     },
     "collateCredentials": {
      "kinds": [
       "map"
      ],
      "rule": "must be a map",
      "mend": "Its keys are secretRef, values",
      "keys": {
       "secretRef": {
        "kinds": [
         "string"
        ],
        "rule": "must be the name of an object: letters, digits and \"-\", all lower case, and begin and end with a letter or digit; dots may part it"
       },
       "values": {
        "kinds": [
         "map"
        ],
        "rule": "must be a map",
        "mend": "Its keys are accessKeyId, secretAccessKey",
        "keys": {
         "accessKeyId": {
          "kinds": [
           "string"
          ],
          "rule": "must be a text",
          "mend": "Put it in quotes"
         },
         "secretAccessKey": {
          "kinds": [
           "string"
          ],
          "rule": "must be a text",
          "mend": "Put it in quotes"
         },
         "account": {
          "kinds": [
           "string",
           "float64"
          ],
          "rule": "must be a text or a number",
          "isWhole": true,
          "least": 0
         }
        },
        "noun": "value of this chart",
        "known": [
         "accessKeyId",
         "secretAccessKey"
        ]
       }
      },
      "noun": "value of this chart",
      "known": [
       "secretRef",
       "values"
      ]
     }
    },
    "noun": "value of this chart",
    "known": [
     "enabled",
     "schedule",
     "region",
     "registry",
     "endpoint",
     "extraEnvs",
     "serviceAccount",
     "resources",
     "ttlSecondsAfterFinished",
     "backoffLimit",
     "collateCredentials"
    ]
   },
   "installArgoWorkflows": {
    "kinds": [
     "bool"
    ],
    "rule": "must be true or false",
    "mend": "Write it without quotes"
   },
   "createArgoWorkflowsNamespace": {
    "kinds": [
     "bool"
    ],
    "rule": "must be true or false",
    "mend": "Write it without quotes"
   },
   "argoWorkflows": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Its keys are fullnameOverride, images, crds, controller",
    "keys": {
     "enabled": {
      "kinds": [
       "bool"
      ],
      "rule": "must be true or false",
      "mend": "Write it without quotes"
     },
     "fullnameOverride": {
      "kinds": [
       "string"
      ],
      "rule": "must be a name of at most 63 letters, digits and \"-\", all lower case, and begin and end with a letter or digit"
     },
     "namespaceOverride": {
      "kinds": [
       "string"
      ],
      "rule": "must be a text",
      "mend": "Put it in quotes"
     },
     "images": {
      "kinds": [
       "map"
      ],
      "rule": "must be a map",
      "mend": "Its keys are pullSecrets",
      "keys": {
       "pullSecrets": {
        "kinds": [
         "slice"
        ],
        "rule": "must be a list",
        "mend": "Write each item behind \"- \", on a line of its own",
        "items": {
         "kinds": [
          "map"
         ],
         "rule": "must be a map",
         "mend": "Its keys are name",
         "keys": {
          "name": {
           "kinds": [
            "string"
           ],
           "rule": "must be a text",
           "mend": "Put it in quotes",
           "ifNull": "is missing, and has to be there",
           "isRequired": true
          }
         },
         "noun": "value of this chart",
         "known": [
          "name"
         ],
         "ifNull": "is null, and must be a map"
        }
       }
      }
     },
     "crds": {
      "kinds": [
       "map"
      ],
      "rule": "must be a map",
      "mend": "Its keys are install",
      "keys": {
       "install": {
        "kinds": [
         "bool"
        ],
        "rule": "must be true or false",
        "mend": "Write it without quotes"
       }
      }
     },
     "controller": {
      "kinds": [
       "map"
      ],
      "rule": "must be a map",
      "mend": "Its keys are image, workflowDefaults, resources, nodeSelector, tolerations, affinity, priorityClassName, livenessProbe",
      "keys": {
       "image": {
        "kinds": [
         "map"
        ],
        "rule": "must be a map",
        "mend": "Write its entries below it, each as key: value",
        "values": {}
       },
       "workflowDefaults": {
        "kinds": [
         "map"
        ],
        "rule": "must be a map",
        "mend": "Write its entries below it, each as key: value",
        "values": {}
       },
       "resources": {
        "kinds": [
         "map"
        ],
        "rule": "must be a map",
        "mend": "Write its entries below it, each as key: value",
        "values": {}
       },
       "nodeSelector": {
        "kinds": [
         "map"
        ],
        "rule": "must be a map",
        "mend": "Write its entries below it, each as key: value",
        "values": {
         "kinds": [
          "string"
         ],
         "rule": "must be a text",
         "mend": "Put it in quotes",
         "ifNull": "is null, and must be a text"
        }
       },
       "tolerations": {
        "kinds": [
         "slice"
        ],
        "rule": "must be a list",
        "mend": "Write each item behind \"- \", on a line of its own",
        "items": {
         "kinds": [
          "map"
         ],
         "rule": "must be a map",
         "mend": "Write its entries below it, each as key: value",
         "values": {},
         "ifNull": "is null, and must be a map"
        }
       },
       "affinity": {
        "kinds": [
         "map"
        ],
        "rule": "must be a map",
        "mend": "Write its entries below it, each as key: value",
        "values": {}
       },
       "priorityClassName": {
        "kinds": [
         "string"
        ],
        "rule": "must be the name of an object: letters, digits and \"-\", all lower case, and begin and end with a letter or digit; dots may part it"
       },
       "livenessProbe": {
        "kinds": [
         "map"
        ],
        "rule": "must be a map",
        "mend": "Write its entries below it, each as key: value",
        "values": {}
       }
      }
     }
    }
   },
   "networkPolicy": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Its keys are enabled, collateCidrs, apiServerCidrs, apiServerPorts, extraEgress",
    "keys": {
     "enabled": {
      "kinds": [
       "bool"
      ],
      "rule": "must be true or false",
      "mend": "Write it without quotes"
     },
     "collateCidrs": {
      "kinds": [
       "slice"
      ],
      "rule": "must be a list",
      "mend": "Write each item behind \"- \", on a line of its own",
      "items": {
       "kinds": [
        "string"
       ],
       "rule": "must be a text",
       "mend": "Put it in quotes",
       "ifNull": "is null, and must be a text"
      }
     },
     "apiServerCidrs": {
      "kinds": [
       "slice"
      ],
      "rule": "must be a list",
      "mend": "Write each item behind \"- \", on a line of its own",
      "items": {
       "kinds": [
        "string"
       ],
       "rule": "must be a text",
       "mend": "Put it in quotes",
       "ifNull": "is null, and must be a text"
      }
     },
     "apiServerPorts": {
      "kinds": [
       "slice"
      ],
      "rule": "must be a list",
      "mend": "Write each item behind \"- \", on a line of its own",
      "items": {
       "kinds": [
        "float64"
       ],
       "rule": "must be a whole number, 0 or more",
       "mend": "Write its digits without quotes",
       "isWhole": true,
       "least": 0,
       "ifNull": "is null, and must be a whole number, 0 or more"
      }
     },
     "extraEgress": {
      "kinds": [
       "slice"
      ],
      "rule": "must be a list",
      "mend": "Write each item behind \"- \", on a line of its own",
      "items": {
       "kinds": [
        "map"
       ],
       "rule": "must be a map",
       "mend": "Write its entries below it, each as key: value",
       "values": {},
       "ifNull": "is null, and must be a map"
      }
     }
    },
    "noun": "value of this chart",
    "known": [
     "enabled",
     "collateCidrs",
     "apiServerCidrs",
     "apiServerPorts",
     "extraEgress"
    ]
   },
   "serviceMonitor": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Its keys are enabled, interval, annotations, labels",
    "keys": {
     "enabled": {
      "kinds": [
       "bool"
      ],
      "rule": "must be true or false",
      "mend": "Write it without quotes"
     },
     "interval": {
      "kinds": [
       "string"
      ],
      "rule": "must be a time such as 30s or 1m",
      "ifNull": "is null, which takes the chart's own away. Leave the line out to have that, or give a value",
      "isRequired": true
     },
     "annotations": {
      "kinds": [
       "map"
      ],
      "rule": "must be a map",
      "mend": "Write its entries below it, each as key: value",
      "values": {
       "kinds": [
        "string"
       ],
       "rule": "must be a text",
       "mend": "Put it in quotes",
       "ifNull": "is null, and must be a text"
      }
     },
     "labels": {
      "kinds": [
       "map"
      ],
      "rule": "must be a map",
      "mend": "Write its entries below it, each as key: value",
      "values": {
       "kinds": [
        "string"
       ],
       "rule": "must be a text",
       "mend": "Put it in quotes",
       "ifNull": "is null, and must be a text"
      }
     }
    },
    "noun": "value of this chart",
    "known": [
     "enabled",
     "interval",
     "annotations",
     "labels"
    ]
   },
   "prometheusRules": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Its keys are enabled, extraRules",
    "keys": {
     "enabled": {
      "kinds": [
       "bool"
      ],
      "rule": "must be true or false",
      "mend": "Write it without quotes"
     },
     "extraRules": {
      "kinds": [
       "slice"
      ],
      "rule": "must be a list",
      "mend": "Write each item behind \"- \", on a line of its own",
      "items": {
       "kinds": [
        "map"
       ],
       "rule": "must be a map",
       "mend": "Write its entries below it, each as key: value",
       "values": {},
       "ifNull": "is null, and must be a map"
      }
     }
    },
    "noun": "value of this chart",
    "known": [
     "enabled",
     "extraRules"
    ]
   },
   "grafanaDashboard": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Its keys are enabled, namespace, folderName, instanceSelector, labels, annotations, allowCrossNamespaceImport, plugins, datasources",
    "keys": {
     "enabled": {
      "kinds": [
       "bool"
      ],
      "rule": "must be true or false",
      "mend": "Write it without quotes"
     },
     "namespace": {
      "kinds": [
       "string"
      ],
      "rule": "must be a name of at most 63 letters, digits and \"-\", all lower case, and begin and end with a letter or digit"
     },
     "folderName": {
      "kinds": [
       "string"
      ],
      "rule": "must be a text",
      "mend": "Put it in quotes"
     },
     "instanceSelector": {
      "kinds": [
       "map"
      ],
      "rule": "must be a map",
      "mend": "Write its entries below it, each as key: value",
      "values": {}
     },
     "labels": {
      "kinds": [
       "map"
      ],
      "rule": "must be a map",
      "mend": "Write its entries below it, each as key: value",
      "values": {
       "kinds": [
        "string"
       ],
       "rule": "must be a text",
       "mend": "Put it in quotes",
       "ifNull": "is null, and must be a text"
      }
     },
     "annotations": {
      "kinds": [
       "map"
      ],
      "rule": "must be a map",
      "mend": "Write its entries below it, each as key: value",
      "values": {
       "kinds": [
        "string"
       ],
       "rule": "must be a text",
       "mend": "Put it in quotes",
       "ifNull": "is null, and must be a text"
      }
     },
     "allowCrossNamespaceImport": {
      "kinds": [
       "bool"
      ],
      "rule": "must be true or false",
      "mend": "Write it without quotes"
     },
     "plugins": {
      "kinds": [
       "slice"
      ],
      "rule": "must be a list",
      "mend": "Write each item behind \"- \", on a line of its own",
      "items": {
       "kinds": [
        "map"
       ],
       "rule": "must be a map",
       "mend": "Write its entries below it, each as key: value",
       "values": {},
       "ifNull": "is null, and must be a map"
      }
     },
     "datasources": {
      "kinds": [
       "slice"
      ],
      "rule": "must be a list",
      "mend": "Write each item behind \"- \", on a line of its own",
      "items": {
       "kinds": [
        "map"
       ],
       "rule": "must be a map",
       "mend": "Write its entries below it, each as key: value",
       "values": {},
       "ifNull": "is null, and must be a map"
      }
     }
    },
    "noun": "value of this chart",
    "known": [
     "enabled",
     "namespace",
     "folderName",
     "instanceSelector",
     "labels",
     "annotations",
     "allowCrossNamespaceImport",
     "plugins",
     "datasources"
    ]
   },
   "global": {
    "kinds": [
     "map"
    ],
    "rule": "must be a map",
    "mend": "Write its entries below it, each as key: value",
    "values": {}
   }
  },
  "noun": "value of this chart",
  "known": [
   "replicaCount",
   "image",
   "imagePullSecrets",
   "nameOverride",
   "fullnameOverride",
   "commonLabels",
   "deploymentAnnotations",
   "podAnnotations",
   "podLabels",
   "service",
   "metricsServerConfiguration",
   "serviceAccount",
   "extraEnvs",
   "envFrom",
   "volumes",
   "volumeMounts",
   "resources",
   "livenessProbe",
   "readinessProbe",
   "podSecurityContext",
   "securityContext",
   "nodeSelector",
   "tolerations",
   "affinity",
   "topologySpreadConstraints",
   "priorityClassName",
   "terminationGracePeriodSeconds",
   "openshift",
   "podDisruptionBudget",
   "config",
   "ecrRegistryHelper",
   "installArgoWorkflows",
   "argoWorkflows",
   "networkPolicy",
   "serviceMonitor",
   "prometheusRules",
   "grafanaDashboard",
   "global"
  ]
 },
 "paths": {
  "replicacount": "replicaCount",
  "digest": "image.digest",
  "pullpolicy": "image.pullPolicy",
  "nameoverride": "nameOverride",
  "commonlabels": "commonLabels",
  "deploymentannotations": "deploymentAnnotations",
  "podannotations": "podAnnotations",
  "podlabels": "podLabels",
  "service": "service",
  "type": "service.type",
  "metricsport": "service.metricsPort",
  "metricsserverconfiguration": "metricsServerConfiguration",
  "path": "metricsServerConfiguration.path",
  "envfrom": "envFrom",
  "volumes": "volumes",
  "volumemounts": "volumeMounts",
  "readinessprobe": "readinessProbe",
  "podsecuritycontext": "podSecurityContext",
  "securitycontext": "securityContext",
  "topologyspreadconstraints": "topologySpreadConstraints",
  "terminationgraceperiodseconds": "terminationGracePeriodSeconds",
  "openshift": "openshift",
  "poddisruptionbudget": "podDisruptionBudget",
  "minavailable": "podDisruptionBudget.minAvailable",
  "maxunavailable": "podDisruptionBudget.maxUnavailable",
  "config": "config",
  "agentid": "config.agentId",
  "authtoken": "config.authToken",
  "authtokensecret": "config.authTokenSecret",
  "serverhost": "config.serverHost",
  "usesecureprotocols": "config.useSecureProtocols",
  "secretsmanager": "config.secretsManager",
  "secretscheck": "config.secretsCheck",
  "reconnectdelayseconds": "config.reconnectDelaySeconds",
  "dynamicingestionversionenabled": "config.dynamicIngestionVersionEnabled",
  "maxactiveruns": "config.maxActiveRuns",
  "maxactiverunsbytype": "config.maxActiveRunsByType",
  "automationslots": "config.automationSlots",
  "proxy": "config.proxy",
  "httpsproxy": "config.proxy.httpsProxy",
  "httpproxy": "config.proxy.httpProxy",
  "noproxy": "config.proxy.noProxy",
  "extraca": "config.extraCa",
  "configmap": "config.extraCa.configMap",
  "runttlseconds": "config.runTtlSeconds",
  "hostip": "config.hostIp",
  "loglevel": "config.logLevel",
  "ingestionpods": "config.ingestionPods",
  "disableversionvalidation": "config.ingestionPods.disableVersionValidation",
  "secrets": "config.ingestionPods.secrets",
  "automountsatoken": "config.ingestionPods.automountSAToken",
  "automationresources": "config.ingestionPods.automationResources",
  "additionalpipelineconfigs": "config.ingestionPods.additionalPipelineConfigs",
  "customconfig": "config.ingestionPods.customConfig",
  "containerparams": "config.ingestionPods.customConfig.containerParams",
  "workflowparams": "config.ingestionPods.customConfig.workflowParams",
  "secondsaftercompletionttl": "config.argoWorkflows.secondsAfterCompletionTTL",
  "ecrregistryhelper": "ecrRegistryHelper",
  "schedule": "ecrRegistryHelper.schedule",
  "region": "ecrRegistryHelper.region",
  "registry": "ecrRegistryHelper.registry",
  "ttlsecondsafterfinished": "ecrRegistryHelper.ttlSecondsAfterFinished",
  "backofflimit": "ecrRegistryHelper.backoffLimit",
  "collatecredentials": "ecrRegistryHelper.collateCredentials",
  "secretref": "ecrRegistryHelper.collateCredentials.secretRef",
  "values": "ecrRegistryHelper.collateCredentials.values",
  "accesskeyid": "ecrRegistryHelper.collateCredentials.values.accessKeyId",
  "secretaccesskey": "ecrRegistryHelper.collateCredentials.values.secretAccessKey",
  "installargoworkflows": "installArgoWorkflows",
  "images": "argoWorkflows.images",
  "pullsecrets": "argoWorkflows.images.pullSecrets",
  "crds": "argoWorkflows.crds",
  "install": "argoWorkflows.crds.install",
  "controller": "argoWorkflows.controller",
  "workflowdefaults": "argoWorkflows.controller.workflowDefaults",
  "networkpolicy": "networkPolicy",
  "collatecidrs": "networkPolicy.collateCidrs",
  "apiservercidrs": "networkPolicy.apiServerCidrs",
  "apiserverports": "networkPolicy.apiServerPorts",
  "extraegress": "networkPolicy.extraEgress",
  "servicemonitor": "serviceMonitor",
  "interval": "serviceMonitor.interval",
  "prometheusrules": "prometheusRules",
  "extrarules": "prometheusRules.extraRules",
  "grafanadashboard": "grafanaDashboard",
  "foldername": "grafanaDashboard.folderName",
  "instanceselector": "grafanaDashboard.instanceSelector",
  "allowcrossnamespaceimport": "grafanaDashboard.allowCrossNamespaceImport",
  "plugins": "grafanaDashboard.plugins",
  "datasources": "grafanaDashboard.datasources",
  "global": "global"
 }
}
{{- end -}}
