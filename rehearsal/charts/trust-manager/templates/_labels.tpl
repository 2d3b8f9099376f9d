{{- define "labels" -}}
app: trust-manager
app.kubernetes.io/name: trust-manager
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion }}
{{- end }}
