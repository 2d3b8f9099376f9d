/** Something that somebody tries who writes DAGs, or who has come by a credential of the platform's. */
export interface Attack<World> {
    /** What is tried, as a noun: `another account`, `a token of the scheduler`. Unique among the attacks on its authority. */
    readonly name: string;
    /** Tries it. Why it was refused, word for word; undefined when it succeeded. Anything else that goes wrong is thrown. */
    readonly attempt: (world: World) => Promise<string | undefined> | string | undefined;
    /** What the refusal says. */
    readonly says: RegExp;
}

/** Who refuses: something that the attacker can neither change nor talk round. */
export interface Authority<World> {
    /** As the catalogue calls it. */
    readonly name: string;
    /** What each of its refusals says besides. Defaults to nothing. */
    readonly signature?: readonly RegExp[];
    /** Where it decides. */
    readonly guarded: () => World | Promise<World>;
    /** The same without it, and without whoever else would refuse. Asked for once every attack was refused. */
    readonly unguarded: () => World | Promise<World>;
    /** Puts it back, where it was taken away for all. Defaults to nothing. */
    readonly restore?: () => Promise<void>;
}
