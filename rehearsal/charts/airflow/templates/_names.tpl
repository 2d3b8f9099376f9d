{{- /* An account's name, from the value or as the official chart makes it. Takes root, account (its values), suffix. */ -}}
{{- define "account.name" -}}
{{- $prefix := ternary .root.Release.Name (printf "%s-airflow" .root.Release.Name) (contains "airflow" .root.Release.Name) -}}
{{- $name := printf "%s-%s" $prefix .suffix -}}
{{- if .account.create }}{{ .account.name | default $name }}{{ else }}{{ .account.name | default "default" }}{{ end }}
{{- end }}

{{- define "account" }}
{{- if .account.create }}
---
apiVersion: v1
kind: ServiceAccount
automountServiceAccountToken: {{ .account.automountServiceAccountToken }}
metadata:
  name: {{ include "account.name" . }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "labels" . | nindent 4 }}
  {{- with .account.annotations }}
  annotations: {{ tpl (toJson .) $.root }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* The labels that select a component's pods. Takes root, component. */ -}}
{{- define "selector" -}}
tier: airflow
component: {{ .component }}
release: {{ .root.Release.Name }}
{{- end }}

{{- define "labels" -}}
{{ include "selector" . }}
chart: "{{ .root.Chart.Name }}-{{ .root.Chart.Version }}"
heritage: {{ .root.Release.Service }}
{{- with .root.Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "image" -}}
{{- $image := .Values.images.airflow -}}
{{- $repository := $image.repository | default .Values.defaultAirflowRepository -}}
{{- with $image.digest | default .Values.defaultAirflowDigest -}}
{{ $repository }}@{{ . }}
{{- else -}}
{{ $repository }}:{{ $image.tag | default .Values.defaultAirflowTag }}
{{- end -}}
{{- end }}

{{- define "execution.url" -}}
{{- $api := .Values.config.api | default dict -}}
{{- $path := (urlParse (tpl ($api.base_url | default "") .)).path | trimSuffix "/" -}}
http://{{ .Release.Name }}-api-server:{{ .Values.ports.apiServer }}{{ $path }}/execution/
{{- end }}

{{- define "dag.bundles" }}{{ toJson .Values.dagProcessor.dagBundleConfigList }}{{ end }}
