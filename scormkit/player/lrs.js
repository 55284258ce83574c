/** Where statements go; in a package that sends some, the compiler writes this file. */
export default null;
