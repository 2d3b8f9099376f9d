import { type PlainMap } from "../values/property.ts";

/** One difference between a resource's old inputs and its new ones, at a path such as `spec.ports[0].port`. */
export interface Change {
    readonly path: string;
    readonly kind: "add" | "delete" | "update";
}

export interface ResourceAddress {
    readonly urn: string;
    /** Pulumi's type token, such as `kubernetes:core/v1:Namespace`. */
    readonly type: string;
    /** The last part of the URN. */
    readonly name: string;
}

export interface CheckFailure {
    /** The input at fault, or "" for the resource as a whole. */
    readonly property: string;
    readonly reason: string;
}

export interface DiffRequest extends ResourceAddress {
    readonly id: string;
    readonly oldInputs: PlainMap;
    readonly oldOutputs: PlainMap;
    readonly newInputs: PlainMap;
    /** What the engine saw change in the inputs, `ignoreChanges` already taken out. */
    readonly changes: readonly Change[];
}

export interface DiffAnswer {
    /** All changes, including those that only the provider can see (a certificate due for renewal). */
    readonly changes: readonly Change[];
    /** The paths that force a replacement. Empty for an update in place. */
    readonly replacePaths: readonly string[];
    /** Whether the old one must go before the new one can come (same name in the same place). */
    readonly deleteBeforeReplace: boolean;
}

/** What every operation that touches the outside world is given. */
export interface Operation {
    /** True while previewing: nothing outside may change. Inputs may hold unknowns only then. */
    readonly preview: boolean;
    /** From `customTimeouts`, else the provider's own default. Seconds. */
    readonly timeoutSeconds: number | undefined;
    /**
     * True when an earlier run was killed between starting this operation and recording its end, and this one goes on from
     * there: the object may already exist, and is ours.
     */
    readonly resumed: boolean;
    /** Aborted when the run is interrupted. */
    readonly signal: AbortSignal;
    /** Says on the resource's own line what is being waited for. */
    progress(message: string): void;
    /** Shown with the resource when the run ends. */
    warn(message: string): void;
}

export interface Deletion extends Operation {
    /**
     * Says that the rest is a wait for something that needs nothing from other resources: what this one depended on may
     * go meanwhile. The run ends only when all is gone.
     */
    releaseDependencies(): void;
}

export interface ProviderState {
    readonly id: string;
    readonly outputs: PlainMap;
}

/** What is there now. */
export interface Found extends ProviderState {
    /** The inputs that would make it. Left out when what is there does not tell: then they are what they were. */
    readonly inputs?: PlainMap;
}

/**
 * Made something, but it did not become what was asked for (a Deployment that never got ready). The engine records the
 * state with the error, so that the next run goes on from there instead of making it again.
 */
export class PartialFailure extends Error {
    public readonly state: ProviderState;

    constructor(message: string, state: ProviderState) {
        super(message);
        this.name = "PartialFailure";
        this.state = state;
    }
}

/**
 * One configured provider. Values are plain: the engine unwraps secrets before a call and wraps what comes back, for
 * every output that stands where a secret input stood, and for `secretOutputs`. Errors are written for people; the
 * engine adds the resource.
 */
export interface Provider {
    /** Fills in defaults, such as generated names. `oldInputs` are those of the state, so that generated values stay. */
    check(
        address: ResourceAddress,
        oldInputs: PlainMap | undefined,
        newInputs: PlainMap,
        preview: boolean,
    ): Promise<{ inputs: PlainMap; failures: readonly CheckFailure[] }>;
    diff(request: DiffRequest): Promise<DiffAnswer>;
    /** In a preview returns what can be known; the engine treats missing outputs as unknown and ignores the id. */
    create(address: ResourceAddress, inputs: PlainMap, operation: Operation): Promise<ProviderState>;
    update(
        address: ResourceAddress,
        id: string,
        oldInputs: PlainMap,
        oldOutputs: PlainMap,
        newInputs: PlainMap,
        operation: Operation,
    ): Promise<PlainMap>;
    /** Returns once it is gone. What is already gone is no error. */
    delete(
        address: ResourceAddress,
        id: string,
        inputs: PlainMap,
        outputs: PlainMap,
        operation: Deletion,
    ): Promise<void>;
    /**
     * For `Resource.get`, without outputs, and for a refresh, with those of the state. Undefined when there is no such
     * thing.
     */
    read(
        address: ResourceAddress,
        id: string,
        inputs: PlainMap,
        outputs: PlainMap | undefined,
        operation: Operation,
    ): Promise<Found | undefined>;
    invoke(token: string, args: PlainMap): Promise<PlainMap>;
    /** Output paths that are secret whatever the inputs were, by type. */
    secretOutputs(type: string): readonly string[];
    /** Types whose objects are made up, not made: shown as `(recorded)`. */
    readonly recorded: boolean;
}

export interface StackOutputs {
    /** Undefined in a stack of which nothing was registered yet. */
    readonly project: string | undefined;
    readonly outputs: PlainMap;
    readonly secretNames: readonly string[];
}

/** What a provider may ask of the engine. */
export interface ProviderHost {
    /** The project folder, which relative paths in inputs start from. */
    readonly projectFolder: string;
    /** A private folder (0700) that is emptied when the run ends. */
    readonly scratchFolder: string;
    /** Where `kubectl` and `helm` are. */
    readonly binFolder: string;
    /** Outputs of another stack of the same state folder, for StackReference; undefined when there is none. */
    stackOutputs(stackName: string): Promise<StackOutputs | undefined>;
}

/** Makes a provider from the inputs of its `pulumi:providers:<package>` resource. */
export type ProviderFactory = (inputs: PlainMap, host: ProviderHost) => Provider;
