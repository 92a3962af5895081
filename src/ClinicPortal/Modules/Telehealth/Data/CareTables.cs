using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Secrets;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.Data;

/// <summary>What is written about consultations.</summary>
internal static class CareTables
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<CarePlan>(entity =>
        {
            entity.HasKey(p => new { p.TenantId, p.Id });
            entity.HasIndex(p => new { p.TenantId, p.PatientId, p.Number }).IsUnique();
            entity.Property(p => p.SealedContent).IsSealed();
        });
        model.Entity<IdentityDocument>(entity =>
        {
            entity.HasKey(d => new { d.TenantId, d.Id });
            entity.HasOne<Appointment>().WithMany().HasForeignKey(d => new { d.TenantId, d.AppointmentId });
            entity.Property(d => d.SealedImage).IsSealed();
        });
        model.Entity<Pharmacy>(entity =>
        {
            entity.HasKey(p => new { p.TenantId, p.Id });
            entity.Property(p => p.Version).IsRowVersion();
        });
        model.Entity<ConsultationNote>(entity =>
        {
            entity.HasKey(n => new { n.TenantId, n.Id });
            entity.HasIndex(n => new { n.TenantId, n.AppointmentId }).IsUnique();
            entity.HasOne<Appointment>().WithMany().HasForeignKey(n => new { n.TenantId, n.AppointmentId });
            entity.Property(n => n.SealedContent).IsSealed();
            entity.Property(n => n.Version).IsRowVersion();
        });
        model.Entity<Prescription>(entity =>
        {
            entity.HasKey(p => new { p.TenantId, p.Id });
            entity.HasIndex(p => new { p.TenantId, p.AppointmentId }).IsUnique();
            entity.HasOne<Appointment>().WithMany().HasForeignKey(p => new { p.TenantId, p.AppointmentId });
            entity.HasOne<Pharmacy>().WithMany().HasForeignKey(p => new { p.TenantId, p.PharmacyId });
            entity.Property(p => p.SealedContent).IsSealed();
        });
        model.Entity<PrescriptionNotice>(entity =>
        {
            entity.HasKey(n => new { n.TenantId, n.Id });
            entity.HasOne<Prescription>().WithMany().HasForeignKey(n => new { n.TenantId, n.PrescriptionId });
            entity.HasOne<Pharmacy>().WithMany().HasForeignKey(n => new { n.TenantId, n.PharmacyId });
            entity.Property(n => n.SealedAddress).IsSealed();
        });
        model.Entity<ConsultationRating>(entity =>
        {
            entity.HasKey(r => new { r.TenantId, r.ParticipantId });
            entity.HasOne<Appointment>().WithMany().HasForeignKey(r => new { r.TenantId, r.AppointmentId });
            entity.HasOne<Participant>().WithMany().HasForeignKey(r => new { r.TenantId, r.ParticipantId });
        });
    }
}
