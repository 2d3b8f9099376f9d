{{- define "labels" -}}
linkerd.io/control-plane-ns: {{ .root.Release.Namespace }}
{{- with .component }}
linkerd.io/control-plane-component: {{ . }}
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
