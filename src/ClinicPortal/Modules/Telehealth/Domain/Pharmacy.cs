using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Telehealth.Domain;

/// <summary>What is typed of a pharmacy.</summary>
public sealed record PharmacyDetails(string Name, string Address, string Phone, string? Fax, string? Email)
{
    public const int MaxText = 200;

    public IEnumerable<Error> Problems()
    {
        foreach (var (field, text) in new[] { ("name", Name), ("address", Address), ("phone", Phone) })
        {
            if (text.Length == 0)
            {
                yield return Error.OnField(field, "required");
            }
        }
        foreach (var (field, text) in new[] { ("name", Name), ("address", Address), ("phone", Phone), ("fax", Fax ?? "") })
        {
            if (text.Length > MaxText)
            {
                yield return Error.OnField(field, "too-long", MaxText);
            }
        }
        if (Email is not null && !MailAddresses.IsPlain(Email))
        {
            yield return Error.OnField("email", "pharmacy.not-an-address");
        }
    }
}

/// <summary>薬局 of the district, on one list of all clinics of the association.</summary>
public sealed class Pharmacy : ITenantOwned
{
    private Pharmacy()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public string Name { get; private set; } = "";

    public string Address { get; private set; } = "";

    public string Phone { get; private set; } = "";

    public string? Fax { get; private set; }

    public string? Email { get; private set; }

    /// <summary>On the list that doctors choose from.</summary>
    public bool Listed { get; private set; }

    public string WrittenByName { get; private set; } = "";

    public DateTimeOffset WrittenAt { get; private set; }

    public uint Version { get; private set; }

    public static Pharmacy Add(Guid tenantId, PharmacyDetails details, string by, DateTimeOffset now)
    {
        var pharmacy = new Pharmacy { TenantId = tenantId, Id = Guid.CreateVersion7(now) };
        pharmacy.Write(details, listed: true, by, now);
        return pharmacy;
    }

    public void Write(PharmacyDetails details, bool listed, string by, DateTimeOffset now) =>
        (Name, Address, Phone, Fax, Email, Listed, WrittenByName, WrittenAt) = (details.Name, details.Address, details.Phone, details.Fax, details.Email, listed, by, now);
}
