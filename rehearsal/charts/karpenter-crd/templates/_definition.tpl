{{- /* The head of a definition, which the schema of its one version follows. Takes root, group, kind, plural, singular. */ -}}
{{- define "definition" -}}
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: {{ .plural }}.{{ .group }}
  {{- with .root.Values.additionalAnnotations }}
  annotations: {{ toJson . }}
  {{- end }}
spec:
  group: {{ .group }}
  scope: Cluster
  names:
    kind: {{ .kind }}
    plural: {{ .plural }}
    singular: {{ .singular }}
  versions:
    - name: v1
      served: true
      storage: true
      subresources: { status: {} }
      schema:
        openAPIV3Schema:
          type: object
          required: [spec]
          properties:
            status: { type: object, x-kubernetes-preserve-unknown-fields: true }
            spec:
{{- end }}

{{- define "duration" -}}
{ type: string, pattern: '^(([0-9]+(s|m|h))+|Never)$' }
{{- end }}

{{- define "strings" -}}
{ type: object, additionalProperties: { type: string } }
{{- end }}

{{- define "taints" -}}
{ type: array, items: { type: object, required: [key, effect], properties: {
  key: { type: string, minLength: 1 }, value: { type: string }, effect: { type: string, enum: [NoSchedule, PreferNoSchedule, NoExecute] } } } }
{{- end }}

{{- define "requirements" -}}
{ type: array, maxItems: 100, items: { type: object, required: [key, operator], properties: {
  key: { type: string, maxLength: 316 },
  operator: { type: string, enum: [In, NotIn, Exists, DoesNotExist, Gt, Lt] },
  values: { type: array, items: { type: string } },
  minValues: { type: integer, minimum: 1, maximum: 50 } } } }
{{- end }}

{{- define "classReference" -}}
{ type: object, required: [group, kind, name], properties: {
  group: { type: string, pattern: '^[^/]*$' }, kind: { type: string, minLength: 1 }, name: { type: string, minLength: 1 } } }
{{- end }}

{{- /* What a node is asked to be. */ -}}
{{- define "nodeSpec" -}}
{ type: object, required: [nodeClassRef, requirements], properties: {
  nodeClassRef: {{ include "classReference" . }},
  taints: {{ include "taints" . }},
  startupTaints: {{ include "taints" . }},
  expireAfter: {{ include "duration" . }},
  terminationGracePeriod: {{ include "duration" . }},
  requirements: {{ include "requirements" . }} } }
{{- end }}
