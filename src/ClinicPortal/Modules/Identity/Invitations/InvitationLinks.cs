using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.Invitations;

/// <summary>
/// What an invitation's link carries: its id and the number of the mail, sealed under the nodes' key. Nothing that is stored opens
/// it, and a mail that is made a second time, because its first delivery was not confirmed, has the same power and no more.
/// </summary>
internal sealed class InvitationLinks(IDataProtectionProvider protection)
{
    private const int Longest = 400;

    private readonly IDataProtector protector = protection.CreateProtector("identity.invitation");

    public string CodeOf(Invitation invitation)
    {
        Span<byte> content = stackalloc byte[20];
        invitation.Id.TryWriteBytes(content);
        BinaryPrimitives.WriteInt32BigEndian(content[16..], invitation.Sending);
        return Base64Url.EncodeToString(protector.Protect(content.ToArray()));
    }

    /// <summary>The invitation while it can be accepted. Wrong, old, used, revoked and expired codes are all nothing, alike.</summary>
    public async Task<Invitation?> FindAsync(IdentityDb db, string code, DateTimeOffset now, CancellationToken cancellationToken) =>
        Read(code) is var (id, sending)
        && await db.Invitations.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id && i.Sending == sending, cancellationToken) is { } invitation
        && invitation.IsOpenAt(now)
            ? invitation : null;

    /// <summary>Could be one: letters that stand in an address for themselves, and not too many.</summary>
    public static bool IsCode(string text) => text.Length is > 0 and <= Longest && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private (Guid Id, int Sending)? Read(string code)
    {
        if (!IsCode(code) || !Base64Url.IsValid(code))
        {
            return null;
        }
        try
        {
            var content = protector.Unprotect(Base64Url.DecodeFromChars(code));
            return content.Length == 20 ? (new Guid(content.AsSpan(0, 16)), BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(16))) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
