{{- /* A definition. Takes root, group, kind, plural, singular, and optionally shortNames, categories; versions follow. */ -}}
{{- define "definition" -}}
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: {{ .plural }}.{{ .group }}
  labels:
    helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
    linkerd.io/control-plane-ns: linkerd
  annotations:
    linkerd.io/created-by: linkerd/helm {{ .root.Chart.AppVersion }}
spec:
  group: {{ .group }}
  scope: Namespaced
  names:
    kind: {{ .kind }}
    plural: {{ .plural }}
    singular: {{ .singular }}
    {{- with .shortNames }}
    shortNames: {{ toJson . }}
    {{- end }}
    {{- with .categories }}
    categories: {{ toJson . }}
    {{- end }}
  versions:
{{- end }}

{{- /* The beginning of a version's schema. Takes name, and optionally stored, old, status (a template's name), columns (name to path), spec (false where it may be absent). */ -}}
{{- define "version" }}
    - name: {{ .name }}
      served: true
      storage: {{ .stored | default false }}
      {{- if .old }}
      deprecated: true
      {{- end }}
      {{- if .subresource }}
      subresources: { status: {} }
      {{- end }}
      {{- with .columns }}
      additionalPrinterColumns:
        {{- range . }}
        - { name: {{ index . 0 }}, jsonPath: {{ index . 1 }}, type: {{ index . 2 }} }
        {{- end }}
      {{- end }}
      schema:
        openAPIV3Schema:
          type: object
          {{- if not .specOptional }}
          required: [spec]
          {{- end }}
          properties:
            {{- with .status }}
            status: {{ include . $ }}
            {{- end }}
            spec: {{ include .spec . }}
{{- end }}
