{{- /* Kinds of value that the definitions share. Flow style, so that each can stand where a value can. */ -}}

{{- define "label" }}{type: string, minLength: 1, maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'}{{ end }}
{{- define "plainLabel" }}{type: string, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'}{{ end }}
{{- define "name" }}{type: string, minLength: 1, maxLength: 253}{{ end }}
{{- define "dottedName" }}{type: string, minLength: 1, maxLength: 253, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'}{{ end }}
{{- define "hostname" }}{type: string, minLength: 1, maxLength: 253, pattern: '^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'}{{ end }}
{{- define "group" }}{type: string, maxLength: 253, pattern: '^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'{{ with .default }}, default: {{ . }}{{ end }}{{ if .core }}, default: ""{{ end }}}{{ end }}
{{- define "kind" }}{type: string, minLength: 1, maxLength: 63, pattern: '^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$'{{ with .default }}, default: {{ . }}{{ end }}}{{ end }}
{{- define "port" }}{type: integer, format: int32, minimum: 1, maximum: 65535}{{ end }}
{{- define "time" }}{type: string, format: date-time}{{ end }}
{{- define "strings" }}{type: array, items: {type: string}}{{ end }}

{{- /* A reference, to another namespace too where .namespace names the template of one. */ -}}
{{- define "reference" -}}
{type: object, required: [kind, name], properties: {group: {{ include "group" dict }}, kind: {{ include "kind" dict }}, name: {{ include "name" . }}
{{- with .namespace }}, namespace: {{ include . $ }}{{ end }}}}
{{- end }}

{{- define "anyNamespace" }}{type: string, maxLength: 253}{{ end }}

{{- define "networks" -}}
{type: array, items: {type: object, required: [cidr], properties: {cidr: {type: string}, except: {{ include "strings" . }}}}}
{{- end }}

{{- define "selectorParts" -}}
matchLabels: {type: object, x-kubernetes-preserve-unknown-fields: true}, matchExpressions: {type: array, items: {type: object, required: [key, operator], properties: {
key: {type: string}, operator: {type: string, enum: [In, NotIn, Exists, DoesNotExist]}, values: {{ include "strings" . }}}}}
{{- end }}

{{- define "selector" }}{type: object, properties: { {{- include "selectorParts" . }}}}{{ end }}

{{- /* What a condition's fields may hold; which of them must be there differs by kind. */ -}}
{{- define "conditionParts" -}}
lastTransitionTime: {{ include "time" . }}, message: {type: string, maxLength: 32768},
reason: {type: string, minLength: 1, maxLength: 1024, pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$'},
status: {type: string, enum: ["True", "False", Unknown]},
type: {type: string, maxLength: 316, pattern: '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$'}
{{- end }}

{{- define "conditions" }}{type: array, items: {type: object, properties: { {{- include "conditionParts" . }}}}}{{ end }}
{{- define "conditionsStatus" }}{type: object, properties: {conditions: {{ include "conditions" . }}}}{{ end }}
