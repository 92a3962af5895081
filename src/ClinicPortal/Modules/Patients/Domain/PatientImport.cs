using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Patients.Domain;

/// <summary>A file of patients that a clinic uploaded, kept as it was until the clinic has seen every row and confirms it.</summary>
public sealed class PatientImport : ISealedRow
{
    /// <summary>An unconfirmed file is thrown away after this time: it holds charts.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    private PatientImport()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid ClinicId { get; private set; }

    public string FileName { get; private set; } = "";

    /// <summary>The text of the file; null once it is imported.</summary>
    public Sealed<string>? SealedContent { get; private set; }

    public string? Content => SealedContent?.Value;

    public DateTimeOffset UploadedAt { get; private set; }

    public DateTimeOffset? ImportedAt { get; private set; }

    public int? ImportedPatients { get; private set; }

    public uint Version { get; private set; }

    public static PatientImport Stage(Guid tenantId, Guid clinicId, string fileName, string content, DateTimeOffset now) => new()
    {
        TenantId = tenantId,
        Id = Guid.CreateVersion7(now),
        ClinicId = clinicId,
        FileName = fileName,
        SealedContent = content,
        UploadedAt = now,
    };

    public void Complete(int patients, DateTimeOffset now)
    {
        if (ImportedAt is not null)
        {
            throw new InvalidOperationException("The file was imported before.");
        }
        ImportedAt = now;
        ImportedPatients = patients;
        SealedContent = null;
    }
}
