using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ClinicPortal.Shared.Secrets;

/// <summary>
/// Seals and opens the encrypted columns. A box begins with its form and the number of the association's key; association, column and row are bound to
/// it as associated data, so that a box moved anywhere else does not open.
/// </summary>
public sealed class Vault(TenantKeys keys)
{
    private const byte Form = 1;

    /// <summary>Form and key number.</summary>
    internal const int HeaderBytes = 1 + sizeof(int);

    /// <summary>What a query carried, with the row it came from.</summary>
    /// <exception cref="TamperedException">It was changed, or belongs to another row.</exception>
    public T Open<T>(Sealed<T> value, Guid tenantId, Guid rowId) where T : class => value.Opened(this, tenantId, rowId);

    internal byte[] Close(string column, Guid tenantId, Guid rowId, ReadOnlySpan<byte> plain)
    {
        var key = keys.Current(tenantId);
        var box = new byte[HeaderBytes + plain.Length + SecretBox.Overhead];
        Header(key.Version).CopyTo(box, 0);
        SecretBox.Close(key.Bytes, plain, Place(column, tenantId, rowId, box.AsSpan(0, HeaderBytes)), box.AsSpan(HeaderBytes));
        return box;
    }

    internal byte[] Open(string column, Guid tenantId, Guid rowId, ReadOnlySpan<byte> box)
    {
        if (box.Length < HeaderBytes || box[0] != Form || keys.Find(tenantId, KeyVersion(box)) is not { } key)
        {
            throw new TamperedException(column, tenantId, rowId);
        }
        try
        {
            return SecretBox.Open(key.Bytes, box[HeaderBytes..], Place(column, tenantId, rowId, box[..HeaderBytes]));
        }
        catch (CryptographicException cause)
        {
            throw new TamperedException(column, tenantId, rowId, cause);
        }
    }

    /// <summary>How every box begins that was sealed with this key.</summary>
    internal static byte[] Header(int keyVersion)
    {
        var header = new byte[HeaderBytes];
        header[0] = Form;
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(1), keyVersion);
        return header;
    }

    private static int KeyVersion(ReadOnlySpan<byte> box) => BinaryPrimitives.ReadInt32BigEndian(box[1..]);

    private static byte[] Place(string column, Guid tenantId, Guid rowId, ReadOnlySpan<byte> header) =>
        [.. header, .. tenantId.ToByteArray(), .. rowId.ToByteArray(), .. Encoding.UTF8.GetBytes(column)];
}
