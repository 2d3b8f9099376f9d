{{- /* A setting of the pod being admitted: its own annotation, else its namespace's, else the mesh's. Takes name, default. */ -}}
{{- define "setting" -}}
variables.annotations[?'{{ .name }}'].or(variables.inherited[?'{{ .name }}']).orValue('{{ .default }}')
{{- end }}

{{- /* The same for an amount that may be absent. */ -}}
{{- define "amount" -}}
{{- $setting := include "setting" . -}}
{{ $setting }} == '' ? optional.none() : optional.of({{ $setting }})
{{- end }}

{{- /* YAML as a CEL expression. JSON is one, but for the values that are expressions themselves. */ -}}
{{- define "cel" -}}
{{- regexReplaceAll "\"cel:([^\"]*)\"" (toJson .) "${1}" -}}
{{- end }}
