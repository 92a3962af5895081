using System.Security.Cryptography;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Telehealth.Domain;

/// <summary>
/// 本人確認書類: a photo that the patient sent before the consultation. It is there until a doctor or the clinic has looked at it, and then deleted:
/// what is kept is that it was looked at, and its SHA-256.
/// </summary>
public sealed class IdentityDocument : ISealedRow
{
    public const int MaxBytes = 5 * 1024 * 1024;

    private IdentityDocument()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid AppointmentId { get; private set; }

    public string ContentType { get; private set; } = "";

    /// <summary>The picture in base 64.</summary>
    public Sealed<string> SealedImage { get; private set; } = null!;

    public DateTimeOffset UploadedAt { get; private set; }

    public byte[] Image() => Convert.FromBase64String(SealedImage.Value);

    public string Sha256() => Convert.ToHexStringLower(SHA256.HashData(Image()));

    /// <summary>What a file says of itself is not believed: its first bytes are.</summary>
    public static Result<IdentityDocument> Upload(Appointment of, byte[] file, DateTimeOffset now)
    {
        if (file.Length == 0)
        {
            return Error.OnField("document", "required");
        }
        if (file.Length > MaxBytes)
        {
            return Error.OnField("document", "document.too-large", MaxBytes / 1024 / 1024);
        }
        return TypeOf(file) is not { } type ? Error.OnField("document", "document.not-a-picture") : new IdentityDocument
        {
            TenantId = of.TenantId,
            Id = Guid.CreateVersion7(now),
            AppointmentId = of.Id,
            ContentType = type,
            SealedImage = Convert.ToBase64String(file),
            UploadedAt = now,
        };
    }

    private static string? TypeOf(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]) ? "image/png"
        : file.Length > 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8) ? "image/webp"
        : null;
}
