{{- /* Takes root, component, and namespaced for a component whose labels name its namespace. */ -}}
{{- define "labels" -}}
linkerd.io/extension: viz
component: {{ .component }}
{{- if .namespaced }}
namespace: {{ .root.Release.Namespace }}
{{- end }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* Linkerd writes resources by kind, Kubernetes by bound. */ -}}
{{- define "resources" -}}
{{- $bounds := dict }}
{{- range $kind, $amount := . }}
{{- range $bound, $value := $amount }}
{{- if $value }}
{{- $_ := set $bounds (printf "%ss" $bound) (set (index $bounds (printf "%ss" $bound) | default dict) $kind $value) }}
{{- end }}
{{- end }}
{{- end }}
{{- toJson $bounds }}
{{- end }}
