import { type ChartKeys, unpacked } from "./chart-keys.ts";

/**
 * Every value that Airflow's official chart 1.22.0 takes, as its `values.yaml` and `values.schema.json` name them, for a
 * check that needs no chart. `key(…)` holds the keys below it, `key*` takes whatever a stack puts there.
 */
export const officialKeys: ChartKeys = unpacked(`
    fullnameOverride nameOverride useStandardNaming revisionHistoryLimit uid gid securityContext*
    securityContexts(pod* containers*) containerLifecycleHooks* airflowHome defaultAirflowRepository defaultAirflowTag
    defaultAirflowDigest airflowVersion
    images(airflow(repository tag digest pullPolicy) useDefaultImageForMigration migrationsWaitTimeout
    pod_template(repository tag pullPolicy) flower(repository tag pullPolicy) statsd(repository tag pullPolicy)
    redis(repository tag pullPolicy) pgbouncer(repository tag pullPolicy) pgbouncerExporter(repository tag pullPolicy)
    gitSync(repository tag pullPolicy) otelCollector(repository tag pullPolicy))
    nodeSelector* affinity* tolerations topologySpreadConstraints schedulerName labels* enableServiceLinks
    imagePullSecrets
    ingress(enabled apiServer(enabled annotations* path pathType host hosts ingressClassName tls(enabled secretName)
    precedingPaths succeedingPaths) web(enabled annotations* path pathType host hosts ingressClassName tls(enabled
    secretName) precedingPaths succeedingPaths) flower(enabled annotations* path pathType host hosts ingressClassName
    tls(enabled secretName)) statsd(enabled annotations* path pathType host hosts ingressClassName) pgbouncer(enabled
    annotations* path pathType host hosts ingressClassName))
    networkPolicies(enabled) airflowPodAnnotations* airflowConfigAnnotations* airflowLocalSettings
    rbac(create createSCCRoleBinding) executor allowPodLaunching allowJobLaunching env volumes volumeMounts secret
    enableBuiltInSecretEnvVars(AIRFLOW__CORE__FERNET_KEY AIRFLOW__DATABASE__SQL_ALCHEMY_CONN AIRFLOW_CONN_AIRFLOW_DB
    AIRFLOW__API__SECRET_KEY AIRFLOW__API_AUTH__JWT_SECRET AIRFLOW__WEBSERVER__SECRET_KEY
    AIRFLOW__CELERY__RESULT_BACKEND AIRFLOW__CELERY__BROKER_URL AIRFLOW__ELASTICSEARCH__HOST AIRFLOW__OPENSEARCH__HOST)
    priorityClasses extraSecrets* extraConfigMaps* extraEnv extraEnvFrom
    data(metadataSecretName resultBackendSecretName brokerUrlSecretName metadataConnection(user pass protocol host port
    db sslmode secretAnnotations*) resultBackendConnection(user pass protocol host port db sslmode)
    resultBackendConnectionSecretAnnotations* brokerUrl brokerUrlSecretAnnotations*)
    fernetKey fernetKeySecretName fernetKeySecretAnnotations* apiSecretKey apiSecretAnnotations* apiSecretKeySecretName
    jwtSecret jwtSecretAnnotations* jwtSecretName webserverSecretKey webserverSecretAnnotations*
    webserverSecretKeySecretName
    kerberos(enabled ccacheMountPath ccacheFileName configPath keytabBase64Content keytabPath principal reinitFrequency
    config)
    workers(replicas revisionHistoryLimit command args livenessProbe(enabled initialDelaySeconds timeoutSeconds
    failureThreshold periodSeconds command) updateStrategy* podManagementPolicy strategy*
    serviceAccount(automountServiceAccountToken create name annotations*) keda(enabled namespaceLabels* pollingInterval
    cooldownPeriod minReplicaCount maxReplicaCount advanced(horizontalPodAutoscalerConfig(behavior*)) query
    usePgbouncer) hpa(enabled minReplicaCount maxReplicaCount metrics behavior*) persistence(enabled
    persistentVolumeClaimRetentionPolicy(whenDeleted whenScaled) size storageClassName fixPermissions annotations*
    securityContexts(container*)) kerberosSidecar(enabled resources* containerLifecycleHooks*
    securityContexts(container*)) kerberosInitContainer(enabled resources* containerLifecycleHooks*
    securityContexts(container*)) podDisruptionBudget(enabled config(maxUnavailable minAvailable)) resources*
    terminationGracePeriodSeconds safeToEvict extraContainers extraInitContainers extraPorts extraVolumes
    extraVolumeMounts nodeSelector* runtimeClassName priorityClassName affinity* tolerations topologySpreadConstraints
    hostAliases annotations* podAnnotations* schedulerName labels* logGroomerSidecar(enabled requirePersistence command
    args retentionDays retentionMinutes frequencyMinutes maxSizeBytes maxSizePercent env resources*
    containerLifecycleHooks* securityContexts(container*)) securityContext* containerLifecycleHooks*
    securityContexts(pod* container*) waitForMigrations(enabled env securityContexts(container*)) env
    volumeClaimTemplates celery(replicas revisionHistoryLimit command args livenessProbe(enabled initialDelaySeconds
    timeoutSeconds failureThreshold periodSeconds command) updateStrategy* strategy* podManagementPolicy enableDefault
    queue sets securityContexts(pod* container*) containerLifecycleHooks* podDisruptionBudget(enabled
    config(maxUnavailable minAvailable)) serviceAccount(automountServiceAccountToken create name annotations*)
    keda(enabled namespaceLabels* pollingInterval cooldownPeriod minReplicaCount maxReplicaCount
    advanced(horizontalPodAutoscalerConfig(behavior*)) query usePgbouncer) hpa(enabled minReplicaCount maxReplicaCount
    metrics behavior*) persistence(enabled persistentVolumeClaimRetentionPolicy(whenDeleted whenScaled) size
    storageClassName fixPermissions annotations* securityContexts(container*)) kerberosSidecar(enabled resources*
    containerLifecycleHooks* securityContexts(container*)) kerberosInitContainer(enabled resources*
    containerLifecycleHooks* securityContexts(container*)) resources* terminationGracePeriodSeconds safeToEvict
    extraContainers extraInitContainers extraVolumes extraVolumeMounts extraPorts nodeSelector* runtimeClassName
    priorityClassName affinity* tolerations topologySpreadConstraints hostAliases annotations* podAnnotations* labels*
    logGroomerSidecar(enabled requirePersistence command args retentionDays retentionMinutes frequencyMinutes
    maxSizeBytes maxSizePercent env resources* containerLifecycleHooks* securityContexts(container*))
    waitForMigrations(enabled env securityContexts(container*)) env volumeClaimTemplates schedulerName)
    kubernetes(command securityContexts(pod* container*) containerLifecycleHooks*
    serviceAccount(automountServiceAccountToken create name annotations*) kerberosSidecar(enabled resources*
    containerLifecycleHooks* securityContexts(container*)) kerberosInitContainer(enabled resources*
    containerLifecycleHooks* securityContexts(container*)) resources* terminationGracePeriodSeconds safeToEvict
    extraContainers extraInitContainers extraVolumes extraVolumeMounts nodeSelector* runtimeClassName priorityClassName
    affinity* tolerations topologySpreadConstraints hostAliases podAnnotations* labels* env schedulerName))
    scheduler(enabled hostAliases livenessProbe(initialDelaySeconds timeoutSeconds failureThreshold periodSeconds
    command) startupProbe(initialDelaySeconds timeoutSeconds failureThreshold periodSeconds command) replicas
    revisionHistoryLimit command args updateStrategy* strategy* terminationGracePeriodSeconds
    serviceAccount(automountServiceAccountToken serviceAccountTokenVolume(enabled mountPath volumeName expirationSeconds
    audience) create name annotations*) podDisruptionBudget(enabled config(maxUnavailable minAvailable)) resources*
    safeToEvict extraContainers extraInitContainers extraVolumes extraVolumeMounts nodeSelector* priorityClassName
    affinity* tolerations topologySpreadConstraints annotations* podAnnotations* labels* logGroomerSidecar(enabled
    command args retentionDays retentionMinutes frequencyMinutes maxSizeBytes maxSizePercent env resources*
    containerLifecycleHooks* securityContexts(container*)) securityContext* containerLifecycleHooks*
    securityContexts(pod* container*) waitForMigrations(enabled env securityContexts(container*)) env)
    createUserJob(enabled defaultUser(enabled role username email firstName lastName password) command args annotations*
    jobAnnotations* restartPolicy labels* serviceAccount(automountServiceAccountToken create name annotations*)
    extraContainers extraInitContainers extraVolumes extraVolumeMounts nodeSelector* affinity* tolerations
    topologySpreadConstraints securityContext* containerLifecycleHooks* securityContexts(pod* container*) resources*
    priorityClassName useHelmHooks applyCustomEnv ttlSecondsAfterFinished env)
    migrateDatabaseJob(enabled command args annotations* jobAnnotations* restartPolicy labels*
    serviceAccount(automountServiceAccountToken create name annotations*) resources* extraInitContainers extraContainers
    extraVolumes extraVolumeMounts nodeSelector* affinity* tolerations topologySpreadConstraints securityContext*
    containerLifecycleHooks* securityContexts(pod* container*) priorityClassName useHelmHooks applyCustomEnv
    ttlSecondsAfterFinished env)
    apiServer(enabled configMapAnnotations* hostAliases allowPodLogReading livenessProbe(initialDelaySeconds
    timeoutSeconds failureThreshold periodSeconds scheme) readinessProbe(initialDelaySeconds timeoutSeconds
    failureThreshold periodSeconds scheme) startupProbe(initialDelaySeconds timeoutSeconds failureThreshold
    periodSeconds scheme) replicas revisionHistoryLimit command args strategy* hpa(enabled minReplicaCount
    maxReplicaCount metrics behavior*) serviceAccount(automountServiceAccountToken create name annotations*)
    podDisruptionBudget(enabled config(maxUnavailable minAvailable)) networkPolicy(ingress(from ports))
    containerLifecycleHooks* securityContexts(pod* container*) resources* apiServerConfig apiServerConfigConfigMapName
    extraContainers extraInitContainers extraVolumes extraVolumeMounts service(type annotations* ports loadBalancerIP
    loadBalancerSourceRanges) nodeSelector* priorityClassName affinity* tolerations topologySpreadConstraints
    annotations* podAnnotations* labels* waitForMigrations(enabled env securityContexts(container*)) env)
    webserver(enabled configMapAnnotations* hostAliases allowPodLogReading livenessProbe(initialDelaySeconds
    timeoutSeconds failureThreshold periodSeconds scheme) readinessProbe(initialDelaySeconds timeoutSeconds
    failureThreshold periodSeconds scheme) startupProbe(initialDelaySeconds timeoutSeconds failureThreshold
    periodSeconds scheme) replicas revisionHistoryLimit command args strategy* terminationGracePeriodSeconds hpa(enabled
    minReplicaCount maxReplicaCount metrics behavior*) serviceAccount(automountServiceAccountToken create name
    annotations*) podDisruptionBudget(enabled config(maxUnavailable minAvailable)) extraNetworkPolicies
    networkPolicy(ingress(from ports)) securityContext* containerLifecycleHooks* securityContexts(pod* container*)
    resources* defaultUser(enabled role username email firstName lastName password) extraContainers extraInitContainers
    extraVolumes extraVolumeMounts webserverConfig webserverConfigConfigMapName service(type annotations* ports
    loadBalancerIP loadBalancerSourceRanges) nodeSelector* priorityClassName affinity* tolerations
    topologySpreadConstraints annotations* podAnnotations* labels* waitForMigrations(enabled env
    securityContexts(container*)) env)
    triggerer(enabled hostAliases livenessProbe(initialDelaySeconds timeoutSeconds failureThreshold periodSeconds
    command) replicas revisionHistoryLimit command args updateStrategy* strategy*
    serviceAccount(automountServiceAccountToken create name annotations*) persistence(enabled size
    persistentVolumeClaimRetentionPolicy(whenDeleted whenScaled) storageClassName fixPermissions annotations*)
    podDisruptionBudget(enabled config(maxUnavailable minAvailable)) resources* safeToEvict extraContainers
    extraInitContainers extraVolumes extraVolumeMounts nodeSelector* priorityClassName affinity* tolerations
    topologySpreadConstraints terminationGracePeriodSeconds annotations* podAnnotations* labels* securityContext*
    containerLifecycleHooks* securityContexts(pod* container*) logGroomerSidecar(enabled command args retentionDays
    retentionMinutes frequencyMinutes maxSizeBytes maxSizePercent env resources* containerLifecycleHooks*
    securityContexts(container*)) waitForMigrations(enabled env securityContexts(container*)) env keda(enabled
    namespaceLabels* pollingInterval cooldownPeriod minReplicaCount maxReplicaCount
    advanced(horizontalPodAutoscalerConfig(behavior*)) query usePgbouncer))
    dagProcessor(enabled dagBundleConfigList livenessProbe(initialDelaySeconds timeoutSeconds failureThreshold
    periodSeconds command) replicas revisionHistoryLimit command args strategy*
    serviceAccount(automountServiceAccountToken create name annotations*) podDisruptionBudget(enabled
    config(maxUnavailable minAvailable)) resources* safeToEvict extraContainers extraInitContainers extraVolumes
    extraVolumeMounts nodeSelector* priorityClassName affinity* tolerations topologySpreadConstraints
    terminationGracePeriodSeconds annotations* podAnnotations* securityContext* containerLifecycleHooks*
    securityContexts(pod* container*) logGroomerSidecar(enabled command args retentionDays retentionMinutes
    frequencyMinutes maxSizeBytes maxSizePercent env resources* containerLifecycleHooks* securityContexts(container*))
    waitForMigrations(enabled env securityContexts(container*)) labels* env)
    flower(enabled livenessProbe(initialDelaySeconds timeoutSeconds failureThreshold periodSeconds)
    readinessProbe(initialDelaySeconds timeoutSeconds failureThreshold periodSeconds) startupProbe(initialDelaySeconds
    timeoutSeconds failureThreshold periodSeconds) revisionHistoryLimit command args extraNetworkPolicies
    networkPolicy(ingress(from ports)) resources* secretName secretAnnotations* username password service(type
    annotations* ports loadBalancerIP loadBalancerSourceRanges) serviceAccount(automountServiceAccountToken create name
    annotations*) extraContainers extraVolumes extraVolumeMounts nodeSelector* priorityClassName affinity* tolerations
    topologySpreadConstraints annotations* podAnnotations* labels* securityContext* containerLifecycleHooks*
    securityContexts(pod* container*) env)
    statsd(configMapAnnotations* enabled cache(size type ttl) revisionHistoryLimit extraNetworkPolicies resources*
    service(extraAnnotations*) terminationGracePeriodSeconds serviceAccount(automountServiceAccountToken create name
    annotations*) uid nodeSelector* priorityClassName affinity* tolerations topologySpreadConstraints extraMappings
    overrideMappings securityContext* containerLifecycleHooks* securityContexts(pod* container*) podAnnotations*
    annotations* args labels* env)
    otelCollector(tracesEnabled metricsEnabled metricExportIntervalMs config args revisionHistoryLimit annotations*
    terminationGracePeriodSeconds livenessProbe(initialDelaySeconds periodSeconds) readinessProbe(initialDelaySeconds
    periodSeconds) resources* service(annotations*) nodeSelector* affinity* tolerations topologySpreadConstraints
    priorityClassName labels* podAnnotations* securityContexts(pod* container*) extraNetworkPolicies
    serviceAccount(automountServiceAccountToken create name annotations*))
    pgbouncer(env labels* enabled annotations* certificatesSecretAnnotations* replicas revisionHistoryLimit command args
    mountConfigSecret extraNetworkPolicies metadataPoolSize resultBackendPoolSize maxClientConn configSecretName
    configSecretAnnotations* podAnnotations* podDisruptionBudget(enabled config(maxUnavailable minAvailable)) resources*
    containerLifecycleHooks* securityContexts(pod* container*) service(extraAnnotations* clusterIp) verbose auth_type
    auth_file logDisconnections logConnections sslmode ciphers ssl(ca cert key) extraIniMetadata extraIniResultBackend
    extraIni extraVolumes extraVolumeMounts extraContainers serviceAccount(automountServiceAccountToken create name
    annotations*) nodeSelector* priorityClassName affinity* tolerations topologySpreadConstraints uid
    metricsExporterSidecar(resources* statsSecretName statsSecretKey statsSecretAnnotations* sslmode
    containerLifecycleHooks* securityContexts(container*) livenessProbe(initialDelaySeconds periodSeconds
    timeoutSeconds) readinessProbe(initialDelaySeconds periodSeconds timeoutSeconds) extraVolumeMounts))
    redis(enabled terminationGracePeriodSeconds service(type clusterIP nodePort) persistence(enabled size
    storageClassName annotations* existingClaim persistentVolumeClaimRetentionPolicy(whenDeleted whenScaled))
    emptyDirConfig* resources* passwordSecretName password passwordSecretAnnotations* safeToEvict nodeSelector*
    affinity* tolerations topologySpreadConstraints priorityClassName serviceAccount(automountServiceAccountToken create
    name annotations*) securityContext* containerLifecycleHooks* securityContexts(pod* container*) labels* uid
    podAnnotations* annotations*)
    registry(secretName connection(user pass host email))
    elasticsearch(enabled secretName secretAnnotations* connection(scheme user pass host port))
    opensearch(enabled secretName connection(scheme user pass host port))
    ports(flowerUI airflowUI apiServer workerLogs triggererLogs redisDB statsdIngest statsdScrape pgbouncer
    pgbouncerScrape otelCollectorOtlpHttp otelCollectorOtlpGrpc)
    quotas* limits
    cleanup(enabled schedule command args jobAnnotations* nodeSelector* affinity* tolerations topologySpreadConstraints
    priorityClassName podAnnotations* labels* resources* serviceAccount(automountServiceAccountToken
    serviceAccountTokenVolume(enabled mountPath volumeName expirationSeconds audience) create name annotations*)
    securityContext* containerLifecycleHooks* securityContexts(pod* container*) env failedJobsHistoryLimit
    successfulJobsHistoryLimit)
    databaseCleanup(enabled applyCustomEnv schedule retentionDays skipArchive tables batchSize verbose command args
    jobAnnotations* nodeSelector* affinity* tolerations topologySpreadConstraints priorityClassName podAnnotations*
    labels* resources* serviceAccount(automountServiceAccountToken create name annotations*) containerLifecycleHooks*
    securityContexts(pod* container*) env failedJobsHistoryLimit successfulJobsHistoryLimit ttlSecondsAfterFinished)
    postgresql* config* multiNamespaceMode podTemplate
    dags(mountPath persistence(enabled size storageClassName accessMode existingClaim annotations* subPath)
    gitSync(enabled repo branch rev ref depth maxFailures subPath wait period containerName securityContext* httpPort
    recommendedProbeSetting startupProbe(enabled timeoutSeconds initialDelaySeconds periodSeconds failureThreshold)
    livenessProbe(enabled timeoutSeconds initialDelaySeconds periodSeconds failureThreshold) readinessProbe*
    emptyDirConfig* containerLifecycleHooks* securityContexts(container*) uid extraVolumeMounts credentialsSecret sshKey
    sshKeySecret knownHosts env envFrom resources*))
    logs(persistence(enabled size storageClassName annotations* existingClaim subPath) emptyDirConfig*)
`);
