/** vCPUs of sizes below a whole `xlarge`, as nearly all families have them. */
const small: Readonly<Record<string, number>> = { medium: 1, large: 2, xlarge: 4 };

/**
 * The vCPUs of an instance type, by its size: AWS's are multiples of an `xlarge`, which has four.
 *
 * @throws where the size does not say it, as of bare metal.
 */
export function coresOf(instanceType: string): number {
    const [, size = ""] = instanceType.split(".");
    const [, multiple] = /^(\d+)xlarge$/.exec(size) ?? [];
    const cores = small[size] ?? (multiple === undefined ? undefined : 4 * Number(multiple));
    if (cores === undefined) {
        throw new Error(
            `how many vCPUs ${instanceType} has is not in its name: compare its quota by hand, or name another type`,
        );
    }
    return cores;
}
