/** The client through which people get tokens for kubectl. */
export const kubectlClient = "kubectl";

/** Where kubelogin, the plugin of kubectl's for such logins, listens unless told otherwise. */
export const kubectlRedirect = "http://localhost:8000";
