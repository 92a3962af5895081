using ClinicPortal.Modules.Roster.Domain;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Roster.Data;

public sealed class RosterContext(DbContextOptions<RosterContext> options) : ModuleDbContext(options)
{
    public DbSet<Unit> Units => Set<Unit>();

    public DbSet<Shift> Shifts => Set<Shift>();

    public DbSet<Attendance> Attendances => Set<Attendance>();

    public DbSet<AttendanceChange> AttendanceChanges => Set<AttendanceChange>();

    protected override string Schema => "roster";

    protected override void Configure(ModelBuilder model)
    {
        model.Entity<Unit>().HasKey(unit => new { unit.TenantId, unit.Id });
        model.Entity<Shift>(entity =>
        {
            entity.HasKey(shift => new { shift.TenantId, shift.Id });
            entity.HasOne<Unit>().WithMany().HasForeignKey(shift => new { shift.TenantId, shift.UnitId });
            entity.HasIndex(shift => new { shift.TenantId, shift.EndsAt });
        });
        model.Entity<AttendanceChange>(entity =>
        {
            entity.HasKey(change => new { change.TenantId, change.Id });
            entity.HasIndex(change => new { change.TenantId, change.AttendanceId, change.Revision }).IsUnique();
            entity.Property(change => change.SealedReason!).IsSealed().IsRequired(false);
        });
        model.Entity<Attendance>(entity =>
        {
            entity.HasKey(attendance => new { attendance.TenantId, attendance.Id });
            entity.HasIndex(attendance => new { attendance.TenantId, attendance.ShiftId, attendance.Role }).IsUnique();
            entity.HasIndex(attendance => new { attendance.TenantId, attendance.CheckedInAt });
            entity.HasIndex(attendance => new { attendance.TenantId, attendance.AccountId, attendance.CheckedInAt });
            entity.HasOne<Shift>().WithMany().HasForeignKey(attendance => new { attendance.TenantId, attendance.ShiftId });
            // Whoever writes second, of two who read the same, sees what the other wrote.
            entity.Property(attendance => attendance.Revision).IsConcurrencyToken();
            entity.HasMany(attendance => attendance.Changes).WithOne()
                .HasForeignKey(change => new { change.TenantId, change.AttendanceId }).HasPrincipalKey(attendance => new { attendance.TenantId, attendance.Id });
            entity.Navigation(attendance => attendance.Changes).HasField("changes");
        });
    }
}
