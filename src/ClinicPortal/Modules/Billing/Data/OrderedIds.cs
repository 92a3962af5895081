namespace ClinicPortal.Modules.Billing.Data;

/// <summary>
/// Ids of one moment in the order of their places: version 7 leaves twelve bits behind the milliseconds for that, and what is more goes to the next ones.
/// Rows that are written by the thousand then go to the end of every index of their ids, and not all over it.
/// </summary>
internal static class OrderedIds
{
    public static Guid At(DateTimeOffset now, int place)
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(now.AddMilliseconds(place >> 12)).TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[6] = (byte)(0x70 | ((place >> 8) & 0x0F));
        bytes[7] = (byte)place;
        return new Guid(bytes, bigEndian: true);
    }

    /// <param name="first">Place of the first of them.</param>
    public static Guid[] Many(DateTimeOffset now, int first, int count)
    {
        var ids = new Guid[count];
        for (var i = 0; i < count; i++)
        {
            ids[i] = At(now, first + i);
        }
        return ids;
    }
}
