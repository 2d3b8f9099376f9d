{{- /* The head of a definition, which versions follow. Takes root, group, kind, plural, singular; may take shortNames, categories. */ -}}
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

{{- /*
One version. Takes name and spec (the name of a template that is given all of this); may take stored, old, columns (lists
of name, path and type), subresource, status (another template's name), specOptional.
*/ -}}
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
