{{- /* The parts of an HTTPRoute, which all of its versions share. */ -}}

{{- define "headerName" }}{type: string, minLength: 1, maxLength: 256, pattern: '^[A-Za-z0-9!#$%&''*+\-.^_\x60|~]+$'}{{ end }}
{{- define "headerValue" }}{type: string, minLength: 1, maxLength: 4096}{{ end }}
{{- define "byName" }}x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name]{{ end }}
{{- define "headers" -}}
{type: array, maxItems: 16, {{ include "byName" . }}, items: {type: object, required: [name, value], properties: {name: {{ include "headerName" . }}, value: {{ include "headerValue" . }}}}}
{{- end }}
{{- define "headerModifier" -}}
{type: object, properties: {add: {{ include "headers" . }}, set: {{ include "headers" . }}, remove: {type: array, maxItems: 16, items: {type: string}}}}
{{- end }}
{{- define "redirect" -}}
{type: object, properties: {
  hostname: {{ include "dottedName" . }},
  path: {type: object, required: [type], properties: {
    type: {type: string, enum: [ReplaceFullPath, ReplacePrefixMatch]},
    replaceFullPath: {type: string, maxLength: 1024}, replacePrefixMatch: {type: string, maxLength: 1024}}},
  port: {{ include "port" . }},
  scheme: {type: string, enum: [http, https]},
  statusCode: {type: integer, default: 302, enum: [301, 302]}}}
{{- end }}
{{- define "filterParts" }}requestHeaderModifier: {{ include "headerModifier" . }}, requestRedirect: {{ include "redirect" . }}{{ end }}
{{- define "routeFilter" -}}
{type: object, required: [type], properties: { {{- include "filterParts" . }}, type: {type: string, enum: [RequestHeaderModifier, RequestRedirect]}}}
{{- end }}
{{- define "backendFilters" -}}
{type: array, maxItems: 16, items: {type: object, required: [type], properties: { {{- include "filterParts" . }},
  responseHeaderModifier: {{ include "headerModifier" . }},
  type: {type: string, enum: [RequestHeaderModifier, ResponseHeaderModifier, RequestRedirect]}}}}
{{- end }}

{{- define "backends" -}}
{{- if has .name (list "v1alpha1" "v1beta1") -}}
{type: array, items: {type: object, properties: {name: {type: string}, port: {type: integer}, namespace: {type: string, default: default},
  filters: {{ include "backendFilters" . }}}}}
{{- else -}}
{type: array, maxItems: 16, items: {type: object, required: [name], properties: {
  group: {{ include "group" (dict "core" true) }}, kind: {{ include "kind" (dict "default" "Service") }},
  name: {{ include "name" . }}, namespace: {{ include "label" . }}, port: {{ include "port" . }},
  weight: {type: integer, format: int32, minimum: 0, maximum: 1000000, default: 1},
  filters: {{ include "backendFilters" . }}}}}
{{- end -}}
{{- end }}

{{- define "match" -}}
{type: object, properties: {
  method: {type: string, enum: [GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, PATCH]},
  path: {type: object, default: {type: PathPrefix, value: /}, properties: {
    type: {type: string, default: PathPrefix, enum: [Exact, PathPrefix, RegularExpression]}, value: {type: string, maxLength: 1024, default: /}}},
  headers: {type: array, maxItems: 16, {{ include "byName" . }}, items: {type: object, required: [name, value], properties: {
    name: {{ include "headerName" . }}, type: {{ include "matchType" . }}, value: {{ include "headerValue" . }}}}},
  queryParams: {type: array, maxItems: 16, {{ include "byName" . }}, items: {type: object, required: [name, value], properties: {
    name: {type: string, minLength: 1, maxLength: 256}, type: {{ include "matchType" . }}, value: {type: string, minLength: 1, maxLength: 1024}}}}}}
{{- end }}
{{- define "matchType" }}{type: string, default: Exact, enum: [Exact, RegularExpression]}{{ end }}

{{- define "parent" -}}
{type: object, required: [name], properties: {
  group: {{ include "group" (dict "default" "policy.linkerd.io") }}, kind: {{ include "kind" (dict "default" "Gateway") }},
  name: {{ include "name" . }}, namespace: {{ include "label" . }}, sectionName: {{ include "dottedName" . }},
  port: {{ if .anyPort }}{type: integer}{{ else }}{{ include "port" . }}{{ end }}}}
{{- end }}

{{- define "httpRoute" -}}
{{- $everything := "[{path: {type: PathPrefix, value: /}}]" -}}
{type: object, properties: {
  hostnames: {type: array, maxItems: 16, items: {{ include "hostname" . }}},
  parentRefs: {type: array, maxItems: 32, items: {{ include "parent" (dict "anyPort" (has .name (list "v1alpha1" "v1beta1"))) }}},
  rules: {type: array, maxItems: 16, default: [{matches: {{ $everything }}}], items: {type: object, properties: {
    {{- if eq .name "v1beta3" }}
    timeouts: {type: object, properties: {request: {type: string, format: duration}, backendRequest: {type: string, format: duration}}},
    {{- end }}
    backendRefs: {{ include "backends" . }},
    filters: {type: array, maxItems: 16, items: {{ include "routeFilter" . }}},
    matches: {type: array, maxItems: 8, default: {{ $everything }}, items: {{ include "match" . }}}}}}}}
{{- end }}

{{- define "httpRouteStatus" -}}
{type: object, required: [parents], properties: {
  parents: {type: array, maxItems: 32, items: {type: object, required: [controllerName, parentRef], properties: {
    controllerName: {type: string, minLength: 1, maxLength: 253,
      pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9\/\-._~%!$&''()*+,;=:]+$'},
    parentRef: {{ include "parent" dict }},
    conditions: {type: array, minItems: 1, maxItems: 8, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [type], items: {type: object,
      required: [lastTransitionTime, message, reason, status, type],
      properties: { {{- include "conditionParts" . }}, observedGeneration: {type: integer, format: int64, minimum: 0}}}}}}}}}
{{- end }}
