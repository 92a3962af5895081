using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Shared.Http;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.WriteMember;

/// <param name="Id">Null while the clinic is new.</param>
/// <param name="Version">The row version that the form shows.</param>
/// <param name="Shown">What stands in the fields: what was typed, or what is kept.</param>
public sealed record MemberFormModel(FormState Form, WrittenClinic Shown, Guid? Id, string? Name, string? Version)
{
    public const string VersionField = "version";
}

/// <summary>The form of a clinic, with what is kept of it or what was typed and refused.</summary>
public sealed class MemberForm(AssociationsDbContext db)
{
    public static MemberFormModel New(FormState form) => new(form, WrittenClinic.From(form.Value), null, null, null);

    /// <returns>Null when there is no such clinic.</returns>
    public async Task<MemberFormModel?> EditAsync(Guid id, FormState form, CancellationToken cancellationToken)
    {
        var clinic = await db.Clinics.AsNoTracking().Include(c => c.Physicians).SingleOrDefaultAsync(c => c.Id == id, cancellationToken);
        return clinic is null ? null : new MemberFormModel(
            form, form.Values.Count > 0 ? WrittenClinic.From(form.Value) : WrittenClinic.Of(clinic), id, clinic.Name, $"{clinic.Version}");
    }
}
