namespace ClinicPortal.Modules.Identity.Contracts;

/// <summary>Identifies a person, or a machine with an API key of its own, in every association.</summary>
public readonly record struct AccountId(Guid Value)
{
    public override string ToString() => Value.ToString();
}
