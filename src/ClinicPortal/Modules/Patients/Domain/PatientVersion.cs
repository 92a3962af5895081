using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Patients.Domain;

/// <summary>What was registered of a patient until somebody wrote something else: with a chart, what stood in it before is kept. Never changed.</summary>
public sealed class PatientVersion : ISealedRow
{
    private PatientVersion()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid PatientId { get; private set; }

    public DateTimeOffset ReplacedAt { get; private set; }

    public Guid ReplacedBy { get; private set; }

    public string ReplacedByName { get; private set; } = "";

    public string Role { get; private set; } = "";

    /// <summary>Groups of fields that were written differently.</summary>
    public string[] Changed { get; private set; } = [];

    /// <summary>All fields as they were.</summary>
    public Sealed<Dictionary<string, string>> SealedFields { get; private set; } = null!;

    public IReadOnlyDictionary<string, string> Fields => SealedFields.Value;

    public static PatientVersion Of(Patient patient, WrittenPatient before, IReadOnlyList<string> changed, CurrentUser user, DateTimeOffset now) => new()
    {
        TenantId = patient.TenantId,
        Id = Guid.CreateVersion7(now),
        PatientId = patient.Id,
        ReplacedAt = now,
        ReplacedBy = user.Id,
        ReplacedByName = user.Name,
        Role = user.Role,
        Changed = [.. changed],
        SealedFields = new Dictionary<string, string>(before.Fields),
    };
}
