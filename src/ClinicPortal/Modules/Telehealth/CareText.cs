namespace ClinicPortal.Modules.Telehealth;

/// <summary>Names the words about what comes before and after the call: gates, plan, note, prescription, summary.</summary>
public sealed class CareText;
