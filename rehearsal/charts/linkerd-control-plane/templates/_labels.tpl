{{- define "labels" -}}
app.kubernetes.io/part-of: Linkerd
app.kubernetes.io/version: {{ .root.Values.linkerdVersion }}
linkerd.io/control-plane-ns: {{ .root.Release.Namespace }}
{{- with .component }}
app.kubernetes.io/name: {{ . }}
linkerd.io/control-plane-component: {{ . }}
{{- end }}
{{- end }}

{{- /* Linkerd writes resources by kind, Kubernetes by bound. Takes the values to try, first wins. */ -}}
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
