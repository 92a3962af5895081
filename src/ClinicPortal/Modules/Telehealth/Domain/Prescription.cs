using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Telehealth.Domain;

/// <summary>処方箋情報 as it was issued: everything that the sheet says, copied, so that it says the same for ever.</summary>
public sealed record PrescriptionContent(
    string Number, string PatientName, string PatientKana, DateOnly PatientBirthDate, string PatientSex, string? PatientAddress,
    string InstitutionName, string InstitutionCode, string DoctorName, DateTimeOffset ConsultedAt, bool ByPhone,
    IReadOnlyList<PrescriptionLine> Lines, string? Text,
    string? PharmacyName, string? PharmacyPhone, string? PharmacyFax)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Over these bytes the document's SHA-256 is taken.</summary>
    public byte[] Sha256() => SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this, Options)));
}

/// <summary>A prescription that was issued with the note's signature. Never changed.</summary>
public sealed class Prescription : ISealedRow
{
    private Prescription()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid AppointmentId { get; private set; }

    /// <summary>Null where the patient chooses one later.</summary>
    public Guid? PharmacyId { get; private set; }

    public Sealed<PrescriptionContent> SealedContent { get; private set; } = null!;

    public PrescriptionContent Content => SealedContent.Value;

    public byte[] Sha256 { get; private set; } = [];

    public DateTimeOffset IssuedAt { get; private set; }

    public Guid IssuedById { get; private set; }

    public string IssuedByName { get; private set; } = "";

    public static Prescription Issue(Appointment of, NoteContent note, Pharmacy? pharmacy, string? patientAddress, CurrentUser doctor, DateTimeOffset now)
    {
        var content = new PrescriptionContent(
            of.Number, of.PatientName, of.PatientKana, of.PatientBirthDate, of.PatientSex, patientAddress, of.PerformingName, of.PerformingCode, of.DoctorName,
            of.AdmittedAt ?? of.StartsAt, of.Mode == ConsultationMode.Phone, note.Lines, note.PrescriptionText, pharmacy?.Name, pharmacy?.Phone, pharmacy?.Fax);
        return new Prescription
        {
            TenantId = of.TenantId,
            Id = Guid.CreateVersion7(now),
            AppointmentId = of.Id,
            PharmacyId = pharmacy?.Id,
            SealedContent = content,
            Sha256 = content.Sha256(),
            IssuedAt = now,
            IssuedById = doctor.Id,
            IssuedByName = doctor.Name,
        };
    }
}

/// <summary>A mail to the pharmacy that a prescription waits for it. It says nothing of the patient: it leads to the sheet by a link.</summary>
public sealed class PrescriptionNotice : ISealedRow
{
    private PrescriptionNotice()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid PrescriptionId { get; private set; }

    public Guid PharmacyId { get; private set; }

    /// <summary>The link; birth date and code, without which it opens nothing, go another way.</summary>
    public Sealed<string> SealedAddress { get; private set; } = null!;

    public DateTimeOffset AskedAt { get; private set; }

    public string AskedByName { get; private set; } = "";

    public DateTimeOffset? SentAt { get; private set; }

    public static PrescriptionNotice Of(Prescription prescription, Guid pharmacyId, string address, CurrentUser by, DateTimeOffset now) => new()
    {
        TenantId = prescription.TenantId,
        Id = Guid.CreateVersion7(now),
        PrescriptionId = prescription.Id,
        PharmacyId = pharmacyId,
        SealedAddress = address,
        AskedAt = now,
        AskedByName = by.Name,
    };

    public void Sent(DateTimeOffset now) => SentAt ??= now;
}
