/** How AWS's provider says that there is nothing of the kind, in the words of its several services. */
const absent = /no matching .* found|not ?found|couldn't find resource|empty result/i;

/** What a lookup finds, or undefined where AWS has no such thing. Not being allowed to look stays an error. */
export async function found<T>(lookup: Promise<T>): Promise<T | undefined> {
    try {
        return await lookup;
    } catch (error) {
        if (absent.test(String(error))) {
            return undefined;
        }
        throw error;
    }
}
