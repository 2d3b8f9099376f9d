/** Something in the cluster that tasks may call: all tasks of the stack, or those of one team. */
export interface Call {
    readonly namespace: string;
    /** Of the Service by which it is found. */
    readonly service?: string;
    /** Whom the mesh has to answer. */
    readonly serviceAccount?: string;
    /** Of its pods, by which network policies know them. At least one. */
    readonly labels: Readonly<Record<string, string>>;
    /** That its pods listen on. */
    readonly port: number;
    readonly reason?: string;
}
