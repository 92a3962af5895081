namespace ClinicPortal.Modules.Billing;

/// <summary>Marks the words of what a month costs.</summary>
public sealed class MeteringText;
