{{- define "placement" -}}
{{- $values := .root.Values -}}
nodeSelector: {{ .settings.nodeSelector | default $values.nodeSelector | default dict | toJson }}
{{- /* PgBouncer is the one that the official chart does not keep apart. */}}
{{- $apart := dict "weight" 100 "podAffinityTerm" (dict "topologyKey" "kubernetes.io/hostname"
    "labelSelector" (dict "matchLabels" (dict "component" .component))) }}
{{- $usual := dict "podAntiAffinity" (dict "preferredDuringSchedulingIgnoredDuringExecution" (list $apart)) }}
affinity: {{ .settings.affinity | default $values.affinity | default (ternary dict $usual (eq .component "pgbouncer")) | toJson }}
tolerations: {{ .settings.tolerations | default $values.tolerations | default list | toJson }}
topologySpreadConstraints: {{ .settings.topologySpreadConstraints | default $values.topologySpreadConstraints | default list | toJson }}
{{- with .settings.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}

{{- /* A probe that runs a command, or for the API server one that asks for its health. Takes probe, job, port. */ -}}
{{- define "probe" -}}
initialDelaySeconds: {{ .probe.initialDelaySeconds }}
timeoutSeconds: {{ .probe.timeoutSeconds }}
failureThreshold: {{ .probe.failureThreshold }}
periodSeconds: {{ .probe.periodSeconds }}
{{- if .job }}
{{- $check := printf "CONNECTION_CHECK_MAX_COUNT=0 AIRFLOW__LOGGING__LOGGING_LEVEL=ERROR exec /entrypoint airflow jobs check --job-type %s --local" .job }}
exec: { command: {{ .probe.command | default (list "sh" "-c" $check) | toJson }} }
{{- else }}
httpGet: { path: /api/v2/monitor/health, port: {{ .port }}, scheme: {{ .probe.scheme }} }
{{- end }}
{{- end }}

{{- define "budget" }}
{{- with .settings.podDisruptionBudget }}
{{- if .enabled }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $.root.Release.Name }}-{{ $.component }}-pdb
  namespace: {{ $.root.Release.Namespace }}
  labels:
    {{- include "labels" $ | nindent 4 }}
spec:
  {{- range $bound, $amount := .config }}
  {{- if ne nil $amount }}
  {{ $bound }}: {{ $amount }}
  {{- end }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "selector" $ | nindent 6 }}
{{- end }}
{{- end }}
{{- end }}

{{- /*
One of Airflow's own Deployments with its account and budget. Takes root, component, settings (its values), job (the kind
that `airflow jobs check` knows) or port with portName, jwt, and mounts and volumes (YAML lists) that only it has.
*/ -}}
{{- define "component" -}}
{{- $values := .root.Values -}}
{{- $image := include "image" .root -}}
{{- $own := .settings.securityContexts -}}
{{- $security := include "container.security" (dict "root" .root "own" $own) -}}
{{- $logs := or (ne .component "api-server") $values.logs.persistence.enabled -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .root.Release.Name }}-{{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "labels" . | nindent 4 }}
    {{- if eq .component "scheduler" }}
    executor: {{ $values.executor | replace "," "-" | replace ":" "-" }}
    {{- end }}
  {{- with .settings.annotations }}
  annotations: {{ toJson . }}
  {{- end }}
spec:
  replicas: {{ .settings.replicas }}
  {{- with .settings.revisionHistoryLimit | default $values.revisionHistoryLimit }}
  revisionHistoryLimit: {{ . }}
  {{- end }}
  {{- with .settings.strategy | default .strategy }}
  strategy: {{ toJson . }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "selector" . | nindent 8 }}
        {{- with merge dict .settings.labels $values.labels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        {{- /* Of Secrets that this chart never makes, so they never change. */}}
        {{- $secrets := list "metadata-secret" "pgbouncer-config-secret" "extra-secrets" }}
        {{- range ternary (append $secrets "result-backend-secret") $secrets (eq .component "scheduler") }}
        checksum/{{ . }}: {{ sha256sum "" }}
        {{- end }}
        checksum/airflow-config: {{ include "config" .root | sha256sum }}
        checksum/extra-configmaps: {{ toJson $values.extraConfigMaps | sha256sum }}
        {{- if eq .component "api-server" }}
        checksum/api-server-config: {{ $values.apiServer.apiServerConfig | default "" | sha256sum }}
        {{- end }}
        {{- if .settings.safeToEvict }}
        cluster-autoscaler.kubernetes.io/safe-to-evict: "true"
        {{- end }}
        {{- with merge dict .settings.podAnnotations $values.airflowPodAnnotations }}
        {{- tpl (toYaml .) $.root | nindent 8 }}
        {{- end }}
    spec:
      restartPolicy: Always
      {{- with .settings.terminationGracePeriodSeconds }}
      terminationGracePeriodSeconds: {{ . }}
      {{- end }}
      {{- if ne nil $values.enableServiceLinks }}
      enableServiceLinks: {{ $values.enableServiceLinks }}
      {{- end }}
      {{- with $values.schedulerName }}
      schedulerName: {{ . }}
      {{- end }}
      {{- with $values.imagePullSecrets }}
      imagePullSecrets: {{ toJson . }}
      {{- end }}
      {{- with .settings.hostAliases }}
      hostAliases: {{ toJson . }}
      {{- end }}
      serviceAccountName: {{ include "account.name" (dict "root" .root "account" .settings.serviceAccount "suffix" .component) }}
      securityContext: {{ include "pod.security" (dict "root" .root "own" $own) }}
      {{- include "placement" . | nindent 6 }}
      initContainers:
        {{- if .settings.waitForMigrations.enabled }}
        - name: wait-for-airflow-migrations
          image: {{ $image }}
          imagePullPolicy: {{ $values.images.airflow.pullPolicy }}
          args: [airflow, db, check-migrations, --migration-wait-timeout={{ $values.images.migrationsWaitTimeout }}]
          {{- include "environment.from" .root | nindent 10 }}
          env:
            {{- include "environment" (dict "root" .root) | nindent 12 }}
            {{- include "custom.environment" .root | nindent 12 }}
            {{- range .settings.waitForMigrations.env }}
            - {{ toJson . }}
            {{- end }}
          resources: {{ toJson .settings.resources }}
          securityContext: {{ $security }}
          volumeMounts:
            {{- include "config.mounts" .root | nindent 12 }}
            {{- with .settings.extraVolumeMounts }}
            {{- tpl (toYaml .) $.root | nindent 12 }}
            {{- end }}
        {{- end }}
        {{- with .settings.extraInitContainers }}
        {{- tpl (toYaml .) $.root | nindent 8 }}
        {{- end }}
      containers:
        - name: {{ .component }}
          image: {{ $image }}
          imagePullPolicy: {{ $values.images.airflow.pullPolicy }}
          {{- with .settings.command }}
          command: {{ tpl (toJson .) $.root }}
          {{- end }}
          args: {{ tpl (toJson .settings.args) .root }}
          {{- include "environment.from" .root | nindent 10 }}
          env:
            {{- include "environment" . | nindent 12 }}
            {{- include "custom.environment" .root | nindent 12 }}
            {{- range .settings.env }}
            - {{ toJson . }}
            {{- end }}
          {{- with .port }}
          ports:
            - { name: {{ $.portName }}, containerPort: {{ . }} }
          {{- end }}
          livenessProbe:
            {{- include "probe" (dict "probe" .settings.livenessProbe "job" .job "port" .port) | nindent 12 }}
          {{- range $probe := list "readinessProbe" "startupProbe" }}
          {{- with index $.settings $probe }}
          {{ $probe }}:
            {{- include "probe" (dict "probe" . "job" $.job "port" $.port) | nindent 12 }}
          {{- end }}
          {{- end }}
          {{- with .settings.containerLifecycleHooks | default $values.containerLifecycleHooks }}
          lifecycle: {{ tpl (toJson .) $.root }}
          {{- end }}
          resources: {{ toJson .settings.resources }}
          securityContext: {{ $security }}
          volumeMounts:
            {{- if $logs }}
            - { name: logs, mountPath: {{ $values.airflowHome }}/logs }
            {{- end }}
            {{- include "config.mounts" .root | nindent 12 }}
            {{- with .mounts }}
            {{- . | nindent 12 }}
            {{- end }}
            {{- with .settings.extraVolumeMounts }}
            {{- tpl (toYaml .) $.root | nindent 12 }}
            {{- end }}
        {{- with .settings.logGroomerSidecar }}
        {{- if .enabled }}
        - name: {{ $.component }}-log-groomer
          image: {{ $image }}
          imagePullPolicy: {{ $values.images.airflow.pullPolicy }}
          {{- with .command }}
          command: {{ toJson . }}
          {{- end }}
          args: {{ toJson .args }}
          env:
            - { name: AIRFLOW__LOG_RETENTION_DAYS, value: "{{ .retentionDays }}" }
            - { name: AIRFLOW__LOG_CLEANUP_FREQUENCY_MINUTES, value: "{{ .frequencyMinutes }}" }
            - { name: AIRFLOW_HOME, value: {{ $values.airflowHome }} }
            {{- range .env }}
            - {{ toJson . }}
            {{- end }}
          resources: {{ toJson .resources }}
          securityContext: {{ $security }}
          volumeMounts:
            - { name: logs, mountPath: {{ $values.airflowHome }}/logs }
        {{- end }}
        {{- end }}
        {{- with .settings.extraContainers }}
        {{- tpl (toYaml .) $.root | nindent 8 }}
        {{- end }}
      volumes:
        - { name: config, configMap: { name: {{ .root.Release.Name }}-config } }
        {{- with $values.logs.persistence }}
        {{- if .enabled }}
        - { name: logs, persistentVolumeClaim: { claimName: {{ tpl .existingClaim $.root }} } }
        {{- else if $logs }}
        - { name: logs, emptyDir: {} }
        {{- end }}
        {{- end }}
        {{- with .volumes }}
        {{- . | nindent 8 }}
        {{- end }}
        {{- with concat $values.volumes .settings.extraVolumes }}
        {{- tpl (toYaml .) $.root | nindent 8 }}
        {{- end }}
{{- include "account" (dict "root" .root "account" .settings.serviceAccount "suffix" .component "component" .component) }}
{{- include "budget" . }}
{{- end }}
