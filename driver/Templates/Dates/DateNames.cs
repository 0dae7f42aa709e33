namespace CsiSecrets.Templates.Dates;

/// <summary>English month and day names: Go knows no others.</summary>
internal static class DateNames
{
    public static readonly string[] Months =
    [
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ];

    public static readonly string[] Days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
}
