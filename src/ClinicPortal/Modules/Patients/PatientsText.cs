namespace ClinicPortal.Modules.Patients;

/// <summary>Marks the words of this module's screens and refusals.</summary>
public sealed class PatientsText;
