{{- define "labels" -}}
app.kubernetes.io/name: trust-manager
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* Takes root, image and tag: what to run where the image names no tag. */ -}}
{{- define "image" -}}
{{- $values := .root.Values -}}
{{ .image.repository | default (printf "%s/%s/%s" $values.imageRegistry $values.imageNamespace .image.name) }}{{ with .image.digest }}@{{ . }}{{ else }}:{{ .image.tag | default .tag }}{{ end }}
{{- end }}
