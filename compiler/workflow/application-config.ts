type Json = Readonly<Record<string, unknown>>

/** What makes an application's config one: which class runs, and with what. A config without appConfig or appPrivateConfig has none. */
export function applicationSteps(config: unknown, override: Json): Json {
  const { sourcePythonClass, appConfig, appPrivateConfig } = asObject(config)
  const merged = mergeOverride(appConfig, override)
  return {
    sourcePythonClass,
    ...(merged === undefined ? {} : { appConfig: merged }),
    ...(appPrivateConfig === undefined || appPrivateConfig === null ? {} : { appPrivateConfig }),
  }
}

/** The override laid over the application's own configuration, key by key and no deeper, as OpenMetadata does; undefined when neither says anything. */
export function mergeOverride(configuration: unknown, override: Json): Json | undefined {
  const isAbsent = configuration === undefined || configuration === null
  return isAbsent && Object.keys(override).length === 0 ? undefined : { ...asObject(configuration), ...override }
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
