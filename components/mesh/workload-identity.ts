/** As whom the mesh knows the pods of an account. */
export function workloadIdentity(account: string, namespace: string, trustDomain: string): string {
    return `${account}.${namespace}.serviceaccount.identity.linkerd.${trustDomain}`;
}
