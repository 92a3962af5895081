using System.Text.RegularExpressions;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.WriteAvailability;

/// <param name="Association">Of a night doctor, who works for several.</param>
/// <param name="Account">The doctor's; the caller's own where a doctor registers itself.</param>
/// <param name="License">医籍登録番号.</param>
public sealed record PractitionerInput(string? Association, Guid? Account, string? Name, string? Kana, string? License, bool Active = true);

/// <summary>オンライン診療を行う医師を登録: as patients are shown the doctor, with the number in the register of doctors.</summary>
public sealed partial class RegisterPractitioner(
    TelehealthContext db, CurrentUser user, AvailabilityAccess access, IMemberClinics clinics, IOrganisationPeople people, ITenantResolver tenants, TenantScope scope,
    AuditTrail audit, TimeProvider clock)
{
    private const int MaxName = 60;

    public async Task<Result<Guid>> HandleAsync(PractitionerInput input, CancellationToken cancellationToken)
    {
        if (Tenant(input.Association) is not { Settings.OnlineConsultation: not null } tenant)
        {
            return Error.OnField("association", "required");
        }
        if (Wrong(input) is { Count: > 0 } wrong)
        {
            return Result<Guid>.Refused(wrong);
        }
        Guid? clinicId = null;
        var institution = new Institution(tenant.Settings.AssociationClinic.Name, tenant.Settings.AssociationClinic.InstitutionCode);
        if (user.Is(Roles.ClinicDoctor, Roles.ClinicStaff))
        {
            if (await clinics.FindAsync(new ClinicId(user.OrganisationId!.Value), cancellationToken) is not { } clinic)
            {
                return Error.NotFound("availability.not-found");
            }
            (clinicId, institution) = (clinic.Id.Value, clinic.Institution);
        }
        var account = input.Account ?? (user.Is(Roles.ClinicStaff) ? null : user.Id);
        if (account is not { } doctor
            || (clinicId is null && doctor != user.Id)
            || (clinicId is not null && (await people.NamesAsync(user.OrganisationId!.Value, Roles.ClinicDoctor, cancellationToken)).All(p => p.Id.Value != doctor)))
        {
            return Error.OnField("account", "required");
        }
        if (await db.Practitioners.AnyAsync(p => p.TenantId == tenant.Id && p.AccountId == doctor, cancellationToken))
        {
            return Error.Conflict("practitioner.registered");
        }
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        db.Practitioners.Add(Practitioner.Register(tenant.Id, id, doctor, input.Name!, input.Kana!, clinicId, institution, input.License!));
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(tenant.Id, "practitioner", id, "registered");
        return id;
    }

    public async Task<Result<Guid>> DescribeAsync(Guid id, PractitionerInput input, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(id, cancellationToken) is not { } practitioner)
        {
            return Error.NotFound("availability.not-found");
        }
        if (Wrong(input) is { Count: > 0 } wrong)
        {
            return Result<Guid>.Refused(wrong);
        }
        practitioner.Describe(input.Name!, input.Kana!, input.License!, input.Active);
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(practitioner.TenantId, "practitioner", id);
        return id;
    }

    /// <summary>The associations in which somebody may be registered: of a member the own one, of a night doctor those that the desk serves.</summary>
    public IEnumerable<TenantInfo> Associations() => scope.Tenants.Select(tenants.ById).OfType<TenantInfo>().Where(t => t.Settings.OnlineConsultation is not null);

    private TenantInfo? Tenant(string? identifier) =>
        Associations().ToList() is [var only] ? only : Associations().FirstOrDefault(t => t.Identifier == identifier);

    private static List<Error> Wrong(PractitionerInput input)
    {
        var wrong = new List<Error>();
        foreach (var (field, value) in new[] { ("name", input.Name), ("kana", input.Kana) })
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                wrong.Add(Error.OnField(field, "required"));
            }
            else if (value.Length > MaxName)
            {
                wrong.Add(Error.OnField(field, "too-long", MaxName));
            }
        }
        if (input.License is null || !License().IsMatch(input.License))
        {
            wrong.Add(Error.OnField("license", "practitioner.wrong-license"));
        }
        return wrong;
    }

    /// <summary>A running number of the register, so far of up to six digits.</summary>
    [GeneratedRegex("^[0-9]{1,7}$")]
    private static partial Regex License();
}
