namespace ClinicPortal.Shared.Tenancy;

/// <summary>Identifies an association (地区医師会). Crosses module borders instead of a bare <see cref="Guid"/>.</summary>
public readonly record struct TenantId(Guid Value)
{
    public override string ToString() => Value.ToString();
}
