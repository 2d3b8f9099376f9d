{{- /* A setting of the pod being admitted: its own annotation, else its namespace's, else the mesh's. Takes name, default. */ -}}
{{- define "setting" -}}
variables.annotations[?'{{ .name }}'].or(variables.inherited[?'{{ .name }}']).orValue('{{ .default }}')
{{- end }}

{{- /* The same for an amount that may be absent. */ -}}
{{- define "amount" -}}
{{- $setting := include "setting" . -}}
{{ $setting }} == '' ? optional.none() : optional.of({{ $setting }})
{{- end }}

{{- /*
A value as a CEL expression. Every part is dyn, because CEL wants one type in all places of a list or map. A text that
begins with `cel:` is an expression already, and one that begins with `cel?:` is an item of a list that may be absent.
*/ -}}
{{- define "cel" -}}
{{- if kindIs "map" . -}}
{ {{- range $index, $key := keys . | sortAlpha }}{{ if $index }}, {{ end }}{{ toJson $key }}: dyn({{ include "cel" (index $ $key) }}){{ end -}} }
{{- else if kindIs "slice" . -}}
[ {{- range $index, $item := . }}{{ if $index }}, {{ end -}}
{{- if and (kindIs "string" $item) (hasPrefix "cel?:" $item) }}?({{ trimPrefix "cel?:" $item }}){{ else }}dyn({{ include "cel" $item }}){{ end -}}
{{- end -}} ]
{{- else if and (kindIs "string" .) (hasPrefix "cel:" .) -}}
{{ trimPrefix "cel:" . }}
{{- else -}}
{{ toJson . }}
{{- end -}}
{{- end }}
