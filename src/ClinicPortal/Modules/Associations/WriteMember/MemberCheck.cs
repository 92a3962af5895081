using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.WriteMember;

/// <summary>Whether what is written of one clinic can stand beside the other members of the association.</summary>
public sealed class MemberCheck(AssociationsDbContext db, CurrentUser user, ITenantResolver tenants, TimeProvider clock)
{
    public TenantInfo Association => tenants.ById(user.TenantId!.Value)!;

    public DateOnly Today => WallClock.Of(clock.GetUtcNow(), Association.Zone).Date;

    /// <summary>Until the end of the transaction nobody else writes members of this association, so that no clinic is there twice.</summary>
    public Task LockAsync(CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({"members:" + Association.Id}, 0))", cancellationToken);

    /// <param name="self">The clinic that is amended; null for a new one.</param>
    public async Task<Result<MemberClinicDetails>> RunAsync(WrittenClinic written, MemberClinic? self, CancellationToken cancellationToken)
    {
        var reader = new ClinicReader(written, TownBlocks.Of(Association));
        if (reader.Read() is not { } details)
        {
            return Result<MemberClinicDetails>.Refused(reader.Problems);
        }
        var code = details.InstitutionCode.ToString();
        var id = self?.Id ?? Guid.Empty;
        if (await db.Clinics.AnyAsync(c => c.InstitutionCode == code && c.Id != id, cancellationToken))
        {
            return Error.OnField(ClinicField.Code, "clinic.code-exists");
        }
        if (details.LinkedGroup is { } group
            && await db.Clinics.CountAsync(c => c.LinkedGroup == group && c.Id != id, cancellationToken) >= MemberClinic.MostInLinkedGroup)
        {
            return Error.OnField(ClinicField.Group, "clinic.group-full", MemberClinic.MostInLinkedGroup);
        }
        return details;
    }
}
