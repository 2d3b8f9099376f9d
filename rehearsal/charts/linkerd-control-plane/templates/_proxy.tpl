{{- /*
The proxy, written once for the control plane's own pods and for injection. Where injection has to look at the pod or its
namespace, a value is `cel:` and an expression, which the policy takes out of its quotes.

Takes root, policy, opaquePorts, grace, resources, inboundPorts; native for a sidecar that starts before other init
containers; identity and destination for the pods that those two are in; anchors for a pod that is given the trust roots and
does not read them from their ConfigMap.
*/ -}}
{{- define "proxy" -}}
{{- $values := .root.Values -}}
{{- $namespace := .root.Release.Namespace -}}
{{- $domain := $values.clusterDomain -}}
{{- $ports := $values.proxy.ports -}}
{{- $accounts := printf "%s.serviceaccount.identity.%s.%s" $namespace $namespace ($values.identityTrustDomain | default $domain) -}}
name: linkerd-proxy
image: {{ $values.proxy.image.name }}:{{ $values.proxy.image.version | default $values.linkerdVersion }}
imagePullPolicy: {{ $values.proxy.image.pullPolicy | default $values.imagePullPolicy }}
{{- if .native }}
restartPolicy: Always
startupProbe: {{ merge (dict "httpGet" (dict "path" "/ready" "port" $ports.admin)) $values.proxy.startupProbe | toJson }}
{{- end }}
livenessProbe: {{ merge (dict "httpGet" (dict "path" "/live" "port" $ports.admin)) $values.proxy.livenessProbe | toJson }}
readinessProbe: {{ merge (dict "httpGet" (dict "path" "/ready" "port" $ports.admin)) $values.proxy.readinessProbe | toJson }}
ports:
  - { name: linkerd-proxy, containerPort: {{ $ports.inbound }} }
  - { name: linkerd-admin, containerPort: {{ $ports.admin }} }
env:
  - { name: _pod_name, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
  - { name: _pod_ns, valueFrom: { fieldRef: { fieldPath: metadata.namespace } } }
  - { name: _pod_nodeName, valueFrom: { fieldRef: { fieldPath: spec.nodeName } } }
  - { name: _pod_sa, valueFrom: { fieldRef: { fieldPath: spec.serviceAccountName } } }
  - { name: LINKERD2_PROXY_LOG, value: "{{ $values.proxy.logLevel }}" }
  - { name: LINKERD2_PROXY_LOG_FORMAT, value: {{ $values.proxy.logFormat }} }
  - { name: LINKERD2_PROXY_DESTINATION_SVC_ADDR, value: "{{ if .destination }}localhost{{ else }}linkerd-dst-headless.{{ $namespace }}.svc.{{ $domain }}{{ end }}.:8086" }
  - { name: LINKERD2_PROXY_DESTINATION_PROFILE_NETWORKS, value: "{{ $values.clusterNetworks }}" }
  - { name: LINKERD2_PROXY_POLICY_SVC_ADDR, value: "{{ if .destination }}localhost{{ else }}linkerd-policy.{{ $namespace }}.svc.{{ $domain }}{{ end }}.:8090" }
  - { name: LINKERD2_PROXY_POLICY_WORKLOAD, value: '{"ns":"$(_pod_ns)", "pod":"$(_pod_name)"}' }
  - { name: LINKERD2_PROXY_POLICY_CLUSTER_NETWORKS, value: "{{ $values.clusterNetworks }}" }
  - { name: LINKERD2_PROXY_INBOUND_DEFAULT_POLICY, value: "{{ .policy }}" }
  - { name: LINKERD2_PROXY_INBOUND_PORTS, value: "{{ .inboundPorts }}" }
  - { name: LINKERD2_PROXY_INBOUND_PORTS_DISABLE_PROTOCOL_DETECTION, value: "{{ .opaquePorts }}" }
  {{- if hasPrefix "cel:" .grace }}
  - "cel?:{{ include "optional.env" (dict "name" "LINKERD2_PROXY_SHUTDOWN_GRACE_PERIOD" "value" (trimPrefix "cel:" .grace)) }}"
  {{- else if .grace }}
  - { name: LINKERD2_PROXY_SHUTDOWN_GRACE_PERIOD, value: "{{ .grace }}" }
  {{- end }}
  {{- with .requireTLS }}
  - { name: LINKERD2_PROXY_INBOUND_PORTS_REQUIRE_TLS, value: "{{ . }}" }
  {{- end }}
  {{- $every := ternary "0.0.0.0" "[::]" $values.disableIPv6 }}
  - { name: LINKERD2_PROXY_CONTROL_LISTEN_ADDR, value: "{{ $every }}:{{ $ports.control }}" }
  - { name: LINKERD2_PROXY_ADMIN_LISTEN_ADDR, value: "{{ $every }}:{{ $ports.admin }}" }
  - { name: LINKERD2_PROXY_OUTBOUND_LISTEN_ADDR, value: "127.0.0.1:{{ $ports.outbound }}" }
  - { name: LINKERD2_PROXY_OUTBOUND_LISTEN_ADDRS, value: "127.0.0.1:{{ $ports.outbound }}{{ if not $values.disableIPv6 }},[::1]:{{ $ports.outbound }}{{ end }}" }
  - { name: LINKERD2_PROXY_INBOUND_LISTEN_ADDR, value: "{{ $every }}:{{ $ports.inbound }}" }
  - { name: LINKERD2_PROXY_INBOUND_IPS, valueFrom: { fieldRef: { fieldPath: status.podIPs } } }
  - { name: LINKERD2_PROXY_DESTINATION_PROFILE_SUFFIXES, value: "svc.{{ $domain }}." }
  - { name: LINKERD2_PROXY_DESTINATION_CONTEXT, value: '{"ns":"$(_pod_ns)", "nodeName":"$(_pod_nodeName)", "pod":"$(_pod_name)"}' }
  - { name: LINKERD2_PROXY_IDENTITY_DIR, value: /var/run/linkerd/identity/end-entity }
  {{- if .anchors }}
  - { name: LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS, value: "{{ .anchors }}" }
  {{- else }}
  - name: LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS
    valueFrom: { configMapKeyRef: { name: linkerd-identity-trust-roots, key: ca-bundle.crt } }
  {{- end }}
  - { name: LINKERD2_PROXY_IDENTITY_TOKEN_FILE, value: /var/run/secrets/tokens/linkerd-identity-token }
  - name: LINKERD2_PROXY_IDENTITY_SVC_ADDR
    value: "{{ if .identity }}localhost.:8080{{ else }}linkerd-identity-headless.{{ $namespace }}.svc.{{ $domain }}.:8080{{ end }}"
  - name: LINKERD2_PROXY_IDENTITY_LOCAL_NAME
    value: $(_pod_sa).$(_pod_ns).serviceaccount.identity.{{ $namespace }}.{{ $values.identityTrustDomain | default $domain }}
  - { name: LINKERD2_PROXY_IDENTITY_SVC_NAME, value: "linkerd-identity.{{ $accounts }}" }
  - { name: LINKERD2_PROXY_DESTINATION_SVC_NAME, value: "linkerd-destination.{{ $accounts }}" }
  - { name: LINKERD2_PROXY_POLICY_SVC_NAME, value: "linkerd-destination.{{ $accounts }}" }
resources: {{ .resources }}
securityContext:
  allowPrivilegeEscalation: false
  capabilities: { drop: [ALL] }
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  runAsUser: {{ $values.proxy.uid }}
  seccompProfile: { type: RuntimeDefault }
terminationMessagePolicy: FallbackToLogsOnError
volumeMounts:
  - { name: linkerd-identity-end-entity, mountPath: /var/run/linkerd/identity/end-entity }
  - { name: linkerd-identity-token, mountPath: /var/run/secrets/tokens }
{{- end }}

{{- /* A variable that is left out where its value, an expression, is empty. Takes name, value. */ -}}
{{- define "optional.env" -}}
{{ .value }} == '' ? optional.none() : optional.of(dyn({'name': dyn('{{ .name }}'), 'value': dyn({{ .value }})}))
{{- end }}

{{- /* Takes root, resources, and inbound and outbound: the ports that stay outside the proxy. */ -}}
{{- define "proxy.init" -}}
{{- $values := .root.Values -}}
{{- $ports := $values.proxy.ports -}}
name: linkerd-init
image: {{ $values.proxy.image.name }}:{{ $values.proxy.image.version | default $values.linkerdVersion }}
imagePullPolicy: {{ $values.proxy.image.pullPolicy | default $values.imagePullPolicy }}
command: [/usr/lib/linkerd/linkerd2-proxy-init]
args:
  {{- if eq $values.proxyInit.iptablesMode "nft" }}
  - --firewall-bin-path
  - iptables-nft
  - --firewall-save-bin-path
  - iptables-nft-save
  {{- end }}
  {{- if $values.disableIPv6 }}
  - --ipv6=false
  {{- end }}
  - --incoming-proxy-port
  - "{{ $ports.inbound }}"
  - --outgoing-proxy-port
  - "{{ $ports.outbound }}"
  - --proxy-uid
  - "{{ $values.proxy.uid }}"
  - --inbound-ports-to-ignore
  {{- if hasPrefix "cel:" .inbound }}
  - "cel:'{{ $ports.control }},{{ $ports.admin }}' + ({{ trimPrefix "cel:" .inbound }} == '' ? '' : ',' + {{ trimPrefix "cel:" .inbound }})"
  {{- else }}
  - "{{ $ports.control }},{{ $ports.admin }}{{ with .inbound }},{{ . }}{{ end }}"
  {{- end }}
  {{- with .outbound }}
  - --outbound-ports-to-ignore
  - "{{ . }}"
  {{- end }}
  {{- with $values.proxyInit.logLevel }}
  - --log-level
  - {{ . }}
  {{- end }}
resources: {{ .resources }}
securityContext:
  allowPrivilegeEscalation: false
  capabilities: { add: [NET_ADMIN, NET_RAW], drop: [ALL] }
  privileged: false
  readOnlyRootFilesystem: true
  {{- if $values.proxyInit.runAsRoot }}
  runAsNonRoot: false
  runAsUser: 0
  runAsGroup: 0
  {{- else }}
  runAsNonRoot: true
  runAsUser: {{ $values.proxyInit.runAsUser }}
  runAsGroup: {{ $values.proxyInit.runAsGroup }}
  {{- end }}
  seccompProfile: { type: RuntimeDefault }
terminationMessagePolicy: FallbackToLogsOnError
volumeMounts:
  - { name: linkerd-proxy-init-xtables-lock, mountPath: /run }
{{- end }}

{{- define "proxy.volumes" -}}
- { name: linkerd-proxy-init-xtables-lock, emptyDir: {} }
- { name: linkerd-identity-end-entity, emptyDir: { medium: Memory } }
- name: linkerd-identity-token
  projected:
    sources:
      - serviceAccountToken: { audience: identity.l5d.io, expirationSeconds: 86400, path: linkerd-identity-token }
{{- end }}
