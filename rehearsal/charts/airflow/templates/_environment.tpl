{{- define "secret.env" -}}
- { name: {{ .name }}, valueFrom: { secretKeyRef: { name: {{ .secret }}, key: {{ .key }} } } }
{{- end }}

{{- /* What every Airflow container is given, and with .jwt what only those that sign task tokens are. Takes root, jwt. */ -}}
{{- define "environment" -}}
{{- $values := .root.Values -}}
{{- $built := $values.enableBuiltInSecretEnvVars -}}
- { name: AIRFLOW_HOME, value: {{ $values.airflowHome }} }
{{- if $built.AIRFLOW__CORE__FERNET_KEY }}
{{ include "secret.env" (dict "name" "AIRFLOW__CORE__FERNET_KEY" "secret" $values.fernetKeySecretName "key" "fernet-key") }}
{{- end }}
{{- range list "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN" "AIRFLOW_CONN_AIRFLOW_DB" }}
{{- if index $built . }}
{{ include "secret.env" (dict "name" . "secret" $values.data.metadataSecretName "key" "connection") }}
{{- end }}
{{- end }}
{{- if $built.AIRFLOW__API__SECRET_KEY }}
{{ include "secret.env" (dict "name" "AIRFLOW__API__SECRET_KEY" "secret" $values.apiSecretKeySecretName "key" "api-secret-key") }}
{{- end }}
{{- if and .jwt $built.AIRFLOW__API_AUTH__JWT_SECRET }}
{{ include "secret.env" (dict "name" "AIRFLOW__API_AUTH__JWT_SECRET" "secret" $values.jwtSecretName "key" "jwt-secret") }}
{{- end }}
{{- end }}

{{- /* The platform's own additions. */ -}}
{{- define "custom.environment" -}}
{{- range .Values.env }}
- {{ toJson . }}
{{- end }}
{{- with .Values.extraEnv }}
{{ tpl . $ | trim }}
{{- end }}
{{- end }}

{{- define "environment.from" -}}
{{- with .Values.extraEnvFrom -}}
envFrom:
{{ tpl . $ | trim | indent 2 }}
{{- end }}
{{- end }}

{{- define "config.mounts" -}}
- { name: config, mountPath: {{ .Values.airflowHome }}/airflow.cfg, subPath: airflow.cfg, readOnly: true }
{{- if .Values.airflowLocalSettings }}
- name: config
  mountPath: {{ .Values.airflowHome }}/config/airflow_local_settings.py
  subPath: airflow_local_settings.py
  readOnly: true
{{- end }}
{{- with .Values.volumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "container.security" -}}
{{- .own.container | default .root.Values.securityContexts.containers
    | default (dict "allowPrivilegeEscalation" false "capabilities" (dict "drop" (list "ALL"))) | toJson }}
{{- end }}

{{- define "pod.security" -}}
{{- .own.pod | default .root.Values.securityContexts.pod
    | default (dict "runAsUser" (int .root.Values.uid) "fsGroup" (int .root.Values.gid)) | toJson }}
{{- end }}
