import { generatedValues } from "../generated.ts";
import { certRequest, locallySignedCert, selfSignedCert } from "./certificate.ts";
import { privateKey } from "./private-key.ts";

export const tlsProvider = generatedValues({
    "tls:index/privateKey:PrivateKey": privateKey,
    "tls:index/selfSignedCert:SelfSignedCert": selfSignedCert,
    "tls:index/certRequest:CertRequest": certRequest,
    "tls:index/locallySignedCert:LocallySignedCert": locallySignedCert,
});
