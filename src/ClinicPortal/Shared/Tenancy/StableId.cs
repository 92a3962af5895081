using System.Security.Cryptography;
using System.Text;

namespace ClinicPortal.Shared.Tenancy;

/// <summary>Ids derived from names, so that what comes from files is the same thing every time it is read (RFC 9562, version 8).</summary>
public static class StableId
{
    public static Guid Of(params ReadOnlySpan<string> names)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', names!)));
        var bytes = hash.AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
