import { type sendUnaryData, Server, ServerCredentials, type ServerUnaryCall, status } from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto, { type LogRequest, type SetRootResourceRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import resourceGrpc from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resourceProto, {
    type ReadResourceRequest,
    type RegisterResourceOutputsRequest,
    type RegisterResourceRequest,
    type ResourceInvokeRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";

import { type Deployment } from "../steps/deployment.ts";
import { type Display, type Severity } from "../display.ts";
import { reason } from "../engine-error.ts";
import { Closed } from "./gate.ts";
import { hasUnknown } from "../values/property.ts";
import { goalOf, readGoalOf, unsupported } from "./registration.ts";
import { fromStruct, toStruct, UNKNOWN_VALUE } from "./wire.ts";

const severities: readonly Severity[] = ["debug", "info", "warning", "error"];

const refused = {
    call: "calls of methods",
    existsResource: "Resource.exists",
    registerStackTransform: "stack transforms",
    registerStackInvokeTransform: "invoke transforms",
    registerResourceHook: "resource hooks",
    registerErrorHook: "error hooks",
    registerPackage: "parameterized packages",
    startDebugging: "debugging",
    requirePulumiVersion: "requirePulumiVersion",
};

type Handler<Request, Response> = (request: Request) => Promise<Response> | Response;

/** Answers the two services that a Pulumi program talks to, on a port of this machine. */
export class Monitor {
    readonly #server = new Server({
        "grpc.max_receive_message_length": 400 * 1024 * 1024,
        "grpc.max_send_message_length": 400 * 1024 * 1024,
    });
    readonly #deployment: Deployment;
    #root = "";

    constructor(deployment: Deployment, display: Display, preview: boolean) {
        this.#deployment = deployment;
        const empty = new emptyProto.Empty();
        const refusals = Object.fromEntries(
            Object.entries(refused).map(([method, name]) => [
                method,
                this.#unary(() => {
                    const error = unsupported(name);
                    deployment.fail(this.#root, error);
                    throw error;
                }),
            ]),
        );
        this.#server.addService(resourceGrpc.ResourceMonitorService, {
            ...refusals,
            getDeploymentInfo: this.#unary(() => {
                const info = new resourceProto.DeploymentInfo();
                const { RESOURCE_MONITOR_FEATURE_SECRETS: secrets, RESOURCE_MONITOR_FEATURE_ALIAS_SPECS: aliases } =
                    resourceProto.ResourceMonitorFeature;
                return info
                    .setProject(deployment.project)
                    .setStack(deployment.stack)
                    .setOrganization("organization")
                    .setDryrun(preview)
                    .setSupportedfeaturesList([secrets, aliases]);
            }),
            registerResource: this.#unary((request: RegisterResourceRequest) => this.#register(request)),
            readResource: this.#unary((request: ReadResourceRequest) => this.#read(request)),
            registerResourceOutputs: this.#unary((request: RegisterResourceOutputsRequest) => {
                deployment.registerOutputs(request.getUrn(), fromStruct(request.getOutputs()));
                return empty;
            }),
            invoke: this.#unary((request: ResourceInvokeRequest) => this.#invoke(request)),
            signalAndWaitForShutdown: this.#unary(() => empty),
        });
        this.#server.addService(engineGrpc.EngineService, {
            ...refusals,
            log: this.#unary((request: LogRequest) => {
                const severity = severities[request.getSeverity()] ?? "info";
                const urn = request.getUrn() === "" ? this.#root : request.getUrn();
                display.log(severity, request.getMessage(), urn, request.getEphemeral());
                return empty;
            }),
            getRootResource: this.#unary(() => new engineProto.GetRootResourceResponse().setUrn(this.#root)),
            setRootResource: this.#unary((request: SetRootResourceRequest) => {
                this.#root = request.getUrn();
                return new engineProto.SetRootResourceResponse();
            }),
        });
    }

    start(): Promise<string> {
        return new Promise((resolve, reject) => {
            this.#server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
                error === null ? resolve(`127.0.0.1:${port}`) : reject(error),
            );
        });
    }

    stop(): void {
        this.#server.forceShutdown();
    }

    #unary<Request, Response>(handle: Handler<Request, Response>) {
        return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
            Promise.resolve(call.request)
                .then(handle)
                .then(
                    (response) => callback(null, response),
                    // The SDK takes "unavailable" as the end of the run, and adds nothing of its own.
                    (error: unknown) =>
                        callback({
                            code: error instanceof Closed ? status.UNAVAILABLE : status.FAILED_PRECONDITION,
                            details: reason(error),
                        }),
                );
        };
    }

    async #register(request: RegisterResourceRequest) {
        const { urn, id, outputs } = await this.#deployment.register(named(request), () => goalOf(request));
        return new resourceProto.RegisterResourceResponse()
            .setUrn(urn)
            .setId(id ?? "")
            .setObject(toStruct(outputs));
    }

    async #read(request: ReadResourceRequest) {
        const id = request.getId() === UNKNOWN_VALUE ? undefined : request.getId();
        const { urn, outputs } = await this.#deployment.read(named(request), () => readGoalOf(request), id);
        return new resourceProto.ReadResourceResponse().setUrn(urn).setProperties(toStruct(outputs));
    }

    async #invoke(request: ResourceInvokeRequest) {
        const response = new resourceProto.ResourceInvokeResponse();
        const args = fromStruct(request.getArgs());
        if (hasUnknown(args)) {
            return response.setUnknown(true);
        }
        const result = await this.#deployment.invoke(
            request.getTok(),
            args,
            request.getProvider(),
            request.getVersion(),
        );
        return response.setReturn(toStruct(result));
    }
}

function named(request: RegisterResourceRequest | ReadResourceRequest) {
    return { type: request.getType(), name: request.getName(), parent: request.getParent() };
}
