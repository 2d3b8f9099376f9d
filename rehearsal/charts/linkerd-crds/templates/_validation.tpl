{{- /*
One policy with its binding. Takes name, root, and group, version and resources of what it is about; rules is a list of
expression and message; may take variables (lists of name and expression) and param (a kind of the group whose objects
in the same namespace are each held against the one that comes) and failurePolicy, which is Fail.
*/ -}}
{{- define "validation" }}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: {{ .name }}.policy.linkerd.io
  labels:
    helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
spec:
  failurePolicy: {{ .failurePolicy | default "Fail" }}
  {{- with .param }}
  paramKind: { apiVersion: {{ $.group }}/{{ $.version }}, kind: {{ . }} }
  {{- end }}
  matchConstraints:
    resourceRules:
      - apiGroups: [{{ .group }}]
        apiVersions: [{{ .version | quote }}]
        operations: [CREATE, UPDATE]
        resources: {{ toJson .resources }}
  {{- with .variables }}
  variables:
    {{- range . }}
    - name: {{ index . 0 }}
      expression: {{ index . 1 | quote }}
    {{- end }}
  {{- end }}
  validations:
    {{- range .rules }}
    - expression: {{ .expression | quote }}
      messageExpression: {{ .message | quote }}
      message: {{ $.name }} is refused
      reason: Invalid
    {{- end }}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: {{ .name }}.policy.linkerd.io
  labels:
    helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
spec:
  policyName: {{ .name }}.policy.linkerd.io
  validationActions: [Deny]
  {{- if .param }}
  paramRef: { selector: {}, parameterNotFoundAction: Allow }
  {{- end }}
{{- end }}

{{- /* Whether a reference is to one of these kinds of Linkerd's policies. Takes ref and kinds. */ -}}
{{- define "ofLinkerd" -}}
(has({{ .ref }}.group) && {{ .ref }}.group == 'policy.linkerd.io' && {{ .ref }}.kind in {{ .kinds }})
{{- end }}

{{- /* Whether it is to one of the core group, which is written in either way. Takes ref and kind. */ -}}
{{- define "ofCore" -}}
((!has({{ .ref }}.group) || {{ .ref }}.group in ['', 'core']) && {{ .ref }}.kind == '{{ .kind }}')
{{- end }}
