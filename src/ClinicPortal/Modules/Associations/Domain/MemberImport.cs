using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Associations.Domain;

/// <summary>A list of members that the secretariat uploaded, kept as it was until every row has been seen and is confirmed.</summary>
public sealed class MemberImport : ITenantOwned
{
    /// <summary>An unconfirmed file is thrown away after this time.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    private MemberImport()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public string FileName { get; private set; } = "";

    /// <summary>The text of the file; null once it is imported.</summary>
    public string? Content { get; private set; }

    public DateTimeOffset UploadedAt { get; private set; }

    public DateTimeOffset? ImportedAt { get; private set; }

    public int? ImportedClinics { get; private set; }

    public uint Version { get; private set; }

    public static MemberImport Stage(Guid tenantId, string fileName, string content, DateTimeOffset now) => new()
    {
        TenantId = tenantId,
        Id = Guid.CreateVersion7(now),
        FileName = fileName,
        Content = content,
        UploadedAt = now,
    };

    public void Complete(int clinics, DateTimeOffset now)
    {
        if (ImportedAt is not null)
        {
            throw new InvalidOperationException("The file was imported before.");
        }
        ImportedAt = now;
        ImportedClinics = clinics;
        Content = null;
    }
}
