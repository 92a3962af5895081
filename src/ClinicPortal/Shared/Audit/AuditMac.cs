using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ClinicPortal.Shared.Secrets;
using Npgsql;

namespace ClinicPortal.Shared.Audit;

/// <summary>The keys of the access log, each derived for its purpose from a master key that the database does not have.</summary>
public sealed class AuditKeys(MasterKeys masterKeys)
{
    private readonly Dictionary<(string Purpose, string MasterKeyId), byte[]?> known = [];

    public DerivedKey Entries { get; } = masterKeys.Derive("audit entry");

    public DerivedKey Links { get; } = masterKeys.Derive("audit link");

    public DerivedKey Anchors { get; } = masterKeys.Derive("audit anchor");

    public DerivedKey Deletions { get; } = masterKeys.Derive("audit deletion");

    internal byte[]? EntriesUnder(string masterKeyId) => Find("audit entry", masterKeyId);

    internal byte[]? LinksUnder(string masterKeyId) => Find("audit link", masterKeyId);

    internal byte[]? AnchorsUnder(string masterKeyId) => Find("audit anchor", masterKeyId);

    internal byte[]? DeletionsUnder(string masterKeyId) => Find("audit deletion", masterKeyId);

    /// <returns>Null when this installation has no such master key.</returns>
    private byte[]? Find(string purpose, string masterKeyId)
    {
        lock (known)
        {
            if (!known.TryGetValue((purpose, masterKeyId), out var key))
            {
                try
                {
                    key = masterKeys.Derive(purpose, masterKeyId).Bytes;
                }
                catch (UnknownMasterKeyException)
                {
                    key = null;
                }
                known.Add((purpose, masterKeyId), key);
            }
            return key;
        }
    }
}

/// <summary>
/// HMAC-SHA256 over entries and links. An entry's bytes are what it says, each part with its length before it, so that no two entries share them;
/// what is not there has the length −1. They are the same whatever key its details are encrypted with.
/// </summary>
internal static class AuditMac
{
    public const int Bytes = HMACSHA256.HashSizeInBytes;

    private const byte Form = 1;
    private const byte Unreadable = 0xFF;

    /// <summary>What stands before the first link.</summary>
    public static byte[] Beginning { get; } = new byte[Bytes];

    public static byte[] OfEntry(byte[] key, AuditEntry entry) => HMACSHA256.HashData(key, BytesOf(entry).WrittenSpan);

    public static byte[] OfLink(byte[] key, ReadOnlySpan<byte> before, long sequence, ReadOnlySpan<byte> entry)
    {
        var length = Bytes + sizeof(long) + entry.Length;
        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            before.CopyTo(rented);
            BinaryPrimitives.WriteInt64BigEndian(rented.AsSpan(Bytes), sequence);
            entry.CopyTo(rented.AsSpan(Bytes + sizeof(long)));
            return HMACSHA256.HashData(key, rented.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    public static ArrayBufferWriter<byte> BytesOf(AuditEntry entry)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        bytes.Write([Form]);
        Write(bytes, entry.Tenant.Value);
        Write(bytes, entry.Id);
        WriteNumber(bytes, entry.At.UtcTicks / TimeSpan.TicksPerMicrosecond);
        Write(bytes, entry.ActorId);
        Write(bytes, entry.ActorName);
        Write(bytes, entry.Role);
        Write(bytes, entry.OrganisationId);
        Write(bytes, entry.OrganisationName);
        Write(bytes, entry.SessionId);
        Write(bytes, entry.RequestId);
        Write(bytes, entry.Action);
        Write(bytes, entry.RecordKind);
        Write(bytes, entry.RecordIds);
        Write(bytes, entry.PatientIds);
        WriteNumber(bytes, entry.Fields.Length);
        foreach (var field in entry.Fields)
        {
            Write(bytes, field);
        }
        Write(bytes, entry.Detail);
        Write(bytes, entry.Reason);
        WriteNumber(bytes, entry.BreakGlass ? 1 : 0);
        Write(bytes, entry.Origin);
        Write(bytes, entry.Agent);
        if (entry.IsUnreadable)
        {
            // No writer signs this.
            bytes.Write([Unreadable]);
        }
        return bytes;
    }

    private static void Write(ArrayBufferWriter<byte> bytes, Guid? id)
    {
        WriteNumber(bytes, id is null ? -1 : 16);
        if (id is { } given)
        {
            given.TryWriteBytes(bytes.GetSpan(16), bigEndian: true, out var written);
            bytes.Advance(written);
        }
    }

    private static void Write(ArrayBufferWriter<byte> bytes, Guid[] ids)
    {
        WriteNumber(bytes, ids.Length);
        foreach (var id in ids)
        {
            Write(bytes, (Guid?)id);
        }
    }

    internal static void Write(ArrayBufferWriter<byte> bytes, string? text)
    {
        if (text is null)
        {
            WriteNumber(bytes, -1);
            return;
        }
        var length = Encoding.UTF8.GetByteCount(text);
        WriteNumber(bytes, length);
        bytes.Advance(Encoding.UTF8.GetBytes(text, bytes.GetSpan(length)));
    }

    internal static void WriteNumber(ArrayBufferWriter<byte> bytes, long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes.GetSpan(sizeof(long)), number);
        bytes.Advance(sizeof(long));
    }
}

/// <summary>Reads entries; what somebody set to null who may not is an entry all the same, and will not fit its mac.</summary>
internal static class AuditRow
{
    private const int DetailsColumn = 17;

    public static AuditEntry Read(NpgsqlDataReader row, Vault vault)
    {
        var entry = WithoutDetails(row);
        if (row.IsDBNull(DetailsColumn))
        {
            return entry;
        }
        try
        {
            var details = vault.Open(Sealed<AuditDetails>.Stored(row.GetFieldValue<byte[]>(DetailsColumn), AuditEntry.SealedColumn), entry.Tenant.Value, entry.Id);
            return entry with { Fields = details.Fields ?? [], Detail = details.Detail, Reason = details.Reason };
        }
        // The rest of the log must stay readable, and the verifier says where it was.
        catch (TamperedException)
        {
            return entry with { IsUnreadable = true };
        }
    }

    private static AuditEntry WithoutDetails(NpgsqlDataReader row) => new()
    {
        Tenant = new(row.GetGuid(0)),
        Id = row.GetGuid(1),
        At = row.GetFieldValue<DateTimeOffset>(2),
        ActorId = Id(row, 3) ?? default,
        ActorName = Text(row, 4) ?? "",
        Role = Text(row, 5) ?? "",
        OrganisationId = Id(row, 6),
        OrganisationName = Text(row, 7),
        SessionId = Id(row, 8),
        RequestId = Text(row, 9),
        Action = Text(row, 10) ?? "",
        RecordKind = Text(row, 11) ?? "",
        RecordIds = List<Guid>(row, 12),
        PatientIds = List<Guid>(row, 13),
        BreakGlass = !row.IsDBNull(14) && row.GetBoolean(14),
        Origin = Text(row, 15),
        Agent = Text(row, 16),
    };

    private static Guid? Id(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static T[] List<T>(NpgsqlDataReader row, int column)
    {
        try
        {
            return row.IsDBNull(column) ? [] : row.GetFieldValue<T[]>(column);
        }
        catch (InvalidCastException)
        {
            // A list of nulls or of lists: no application has written it, and nobody's mac fits this one either.
            return [default!];
        }
    }
}
