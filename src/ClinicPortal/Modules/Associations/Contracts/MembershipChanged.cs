using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;

namespace ClinicPortal.Modules.Associations.Contracts;

/// <summary>A clinic was suspended or resumed, leaves, or rejoined; from which day, <see cref="IMemberClinics"/> says.</summary>
/// <param name="LastDay">The last day as a member that was set with this change; null when none was.</param>
/// <param name="FormerLastDay">The last day that was set before.</param>
/// <param name="HandOverTo">The clinic that takes over the patients after <paramref name="LastDay"/>; null keeps them where they are.</param>
public sealed record MembershipChanged(Guid Id, TenantId Tenant, ClinicId Clinic, DateOnly? LastDay, DateOnly? FormerLastDay, ClinicId? HandOverTo) : IModuleEvent;
