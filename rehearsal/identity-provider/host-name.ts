/** The name in the identity provider's address and certificate: this machine, for browsers, pods and programs alike. */
export const hostName = "localhost";
