/** Messages of the AWS provider for something that does not exist, which differ between services. */
const absent = /no matching .* found|not ?found|couldn't find resource|empty result/i;

/** Messages about missing credentials or permissions, which say nothing about whether something exists. */
const unseen = /credential|profile|not authorized|access ?denied/i;

/** The result of a lookup, or undefined if AWS has no such thing. A lookup that fails otherwise stays an error. */
export async function found<T>(lookup: Promise<T>): Promise<T | undefined> {
    try {
        return await lookup;
    } catch (error) {
        const text = String(error);
        if (absent.test(text) && !unseen.test(text)) {
            return undefined;
        }
        throw error;
    }
}
