package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Workflow is what this program reads of a workflow config, of a pipeline or of an application.
type Workflow struct {
	Source *struct {
		Type         string `json:"type"`
		ServiceName  string `json:"serviceName"`
		SourceConfig struct {
			Config map[string]json.RawMessage `json:"config"`
		} `json:"sourceConfig"`
	} `json:"source"`
	Sink              *struct{ Type string }     `json:"sink"`
	BulkSink          *struct{ Type string }     `json:"bulkSink"`
	SourcePythonClass string                     `json:"sourcePythonClass"`
	AppConfig         map[string]json.RawMessage `json:"appConfig"`
	WorkflowConfig    *struct {
		LoggerLevel string  `json:"loggerLevel"`
		Server      *Server `json:"openMetadataServerConfig"`
	} `json:"workflowConfig"`
	IngestionPipelineFQN string `json:"ingestionPipelineFQN"`
	PipelineRunID        string `json:"pipelineRunId"`
	IngestionRunnerName  string `json:"ingestionRunnerName"`
}

// Server is how OpenMetadata's API is reached.
type Server struct {
	HostPort       string `json:"hostPort"`
	VerifySSL      string `json:"verifySSL"`
	SecurityConfig *struct {
		JwtToken string `json:"jwtToken"`
	} `json:"securityConfig"`
	SSLConfig *struct {
		CaCertificate string `json:"caCertificate"`
	} `json:"sslConfig"`
}

// workflowConfig reads and checks the content of the variable `config`, which is JSON (and so YAML, too).
// The error never quotes the content: it holds a token.
func workflowConfig(text string) (Workflow, error) {
	var config Workflow
	if err := readConfig(text, &config); err != nil {
		return config, err
	}
	if missing := config.missing(); len(missing) > 0 {
		return config, fmt.Errorf("ValidationError: config lacks %s", strings.Join(missing, ", "))
	}
	return config, nil
}

// readConfig parses the content of `config`. The error never quotes it.
func readConfig(text string, config any) error {
	if text == "" {
		return errors.New("RuntimeError: Missing environment variable `config`. This is needed to run the ingestion")
	}
	if err := json.Unmarshal([]byte(text), config); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return fmt.Errorf("ValueError: config is not JSON, at byte %d", syntax.Offset)
		}
		return fmt.Errorf("ValueError: config has a field of another type: %w", err)
	}
	return nil
}

func (w Workflow) missing() []string {
	var missing []string
	need := func(path string, present bool) {
		if !present {
			missing = append(missing, path)
		}
	}
	if w.SourcePythonClass == "" {
		need("source", w.Source != nil)
		need("source.type", w.Source == nil || w.Source.Type != "")
		need("sink", w.Sink != nil || w.BulkSink != nil)
	}
	if w.WorkflowConfig == nil || w.WorkflowConfig.Server == nil {
		return append(missing, "workflowConfig.openMetadataServerConfig")
	}
	server := w.WorkflowConfig.Server
	need("workflowConfig.openMetadataServerConfig.hostPort", server.HostPort != "")
	need("workflowConfig.openMetadataServerConfig.securityConfig.jwtToken", server.SecurityConfig != nil && server.SecurityConfig.JwtToken != "")
	return missing
}
