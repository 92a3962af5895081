using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Telehealth.Domain;

/// <summary>A doctor who sees patients by video, as patients are shown one.</summary>
public sealed class Practitioner : ITenantOwned
{
    private Practitioner()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    /// <summary>The same in every association: a doctor's time is exclusive.</summary>
    public Guid AccountId { get; private set; }

    public string Name { get; private set; } = "";

    public string Kana { get; private set; } = "";

    /// <summary>The member clinic that performs; null where the association's own clinic does.</summary>
    public Guid? ClinicId { get; private set; }

    public string InstitutionName { get; private set; } = "";

    public string InstitutionCode { get; private set; } = "";

    /// <summary>医籍登録番号, shown to patients.</summary>
    public string LicenseNumber { get; private set; } = "";

    public bool Active { get; private set; }

    public static Practitioner Register(
        Guid tenantId, Guid id, Guid accountId, string name, string kana, Guid? clinicId, Institution institution, string licenseNumber) => new()
    {
        TenantId = tenantId,
        Id = id,
        AccountId = accountId,
        Name = name,
        Kana = kana,
        ClinicId = clinicId,
        InstitutionName = institution.Name,
        InstitutionCode = institution.Code,
        LicenseNumber = licenseNumber,
        Active = true,
    };

    /// <summary>A patient's doctors: of the primary and the secondary clinic, and of the association's own.</summary>
    public bool Sees(Guid primaryClinic, Guid? secondaryClinic) => Active && (ClinicId is null || ClinicId == primaryClinic || ClinicId == secondaryClinic);

    /// <summary>As patients are shown the doctor from now on.</summary>
    public void Describe(string name, string kana, string licenseNumber, bool active) =>
        (Name, Kana, LicenseNumber, Active) = (name, kana, licenseNumber, active);
}
